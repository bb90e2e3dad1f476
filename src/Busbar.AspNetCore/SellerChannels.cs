using System.Collections.Concurrent;
using Busbar.Api;
using Busbar.Client;
using Busbar.Keys;

namespace Busbar.AspNetCore;

/// <summary>
/// The channels that pay this seller. Only the first request of a channel, and one whose deposit seems spent, ask the
/// ledger. Thread-safe.
/// </summary>
internal sealed class SellerChannels(BusbarClient node, SellerStore store, Address payee) : IDisposable
{
    private readonly ConcurrentDictionary<ChannelId, SellerChannel> channels = new();

    /// <summary>Requests of unknown channels that may ask the node at the same time.</summary>
    private readonly SemaphoreSlim lookups = new(16);

    private readonly ConcurrentQueue<(ChannelId Id, TickHashKey Key)> kept = new();
    private readonly Lock sync = new();
    private (long Requests, Amount Accepted, long Hashes) ended;

    /// <summary>What channels that ended since the start had brought.</summary>
    public (long Requests, Amount Accepted, long Hashes) Ended
    {
        get
        {
            lock (sync)
            {
                return ended;
            }
        }
    }

    public ICollection<SellerChannel> All => channels.Values;

    public void Restore(IEnumerable<SellerChannel> stored)
    {
        foreach (var channel in stored)
        {
            channels[channel.Id] = channel;
        }
    }

    public SellerChannel? Find(ChannelId id) => channels.GetValueOrDefault(id);

    /// <summary>Keeps a finished request's response for a retry; the oldest of all channels goes for it.</summary>
    public void Keep(SellerChannel channel, ReplayEntry entry)
    {
        kept.Enqueue((channel.Id, entry.Key));
        while (kept.Count > SellerLimits.Responses && kept.TryDequeue(out var oldest))
        {
            Find(oldest.Id)?.Forget(oldest.Key);
        }
    }

    public void Dispose() => lookups.Dispose();

    /// <summary>Finds a channel, or takes it up when the ledger says that it pays this seller on these terms.</summary>
    public async Task<(SellerChannel? Channel, PaymentCode Code)> FindOrLookUpAsync(
        ChannelId id, PaymentTerms terms, CancellationToken cancellation)
    {
        if (Find(id) is { } known)
        {
            return known.Terms.Closing ? (known, PaymentCode.ChannelClosing) : (known, PaymentCode.Unset);
        }

        var (found, code) = await LookUpAsync(id, terms, cancellation);
        if (found is null)
        {
            return (null, code);
        }

        return channels.Count < SellerLimits.Channels || await MakeRoomAsync()
            ? (channels.GetOrAdd(id, _ => SellerChannel.Open(found)), PaymentCode.Unset)
            : (null, PaymentCode.SellerBusy);
    }

    // A channel on which nothing was paid is forgotten: opening channels alone keeps no buyer out.
    private async Task<bool> MakeRoomAsync()
    {
        foreach (var (id, channel) in channels)
        {
            if (channel.TryRetire())
            {
                await RemoveAsync(id);
                return true;
            }
        }

        return false;
    }

    /// <summary>Looks again: after a top-up the deposit is larger.</summary>
    public async Task<PaymentCode> RefreshAsync(
        SellerChannel channel, PaymentTerms terms, CancellationToken cancellation)
    {
        var (found, code) = await LookUpAsync(channel.Id, terms, cancellation);
        if (found is not null)
        {
            channel.Update(found);
        }
        else if (code == PaymentCode.ChannelUnknown)
        {
            await RemoveAsync(channel.Id);
        }

        return code;
    }

    /// <summary>A channel that left the ledger's state is over.</summary>
    public async Task RemoveAsync(ChannelId id)
    {
        if (channels.TryRemove(id, out var gone))
        {
            lock (sync)
            {
                var sold = gone.Sold;
                ended = (
                    ended.Requests + sold.Requests, ended.Accepted + sold.Accepted, ended.Hashes + gone.HashCount);
            }

            await store.RemoveAsync(id);
        }
    }

    /// <summary>Compares everything held with the ledger: what is closing, topped up or gone since.</summary>
    public async Task RefreshAllAsync(CancellationToken cancellation)
    {
        var held = channels.Keys.ToList();
        var infos = (await node.GetChannelsAsync(payee, "payee", cancellation)).ToDictionary(info => info.Channel);
        foreach (var id in held)
        {
            // The list is bounded, and anybody opens channels to this payee: a channel is gone only if it is asked for.
            var info = infos.GetValueOrDefault(id.ToString()) ?? await AskAsync(id, cancellation);
            if (info is null)
            {
                await RemoveAsync(id);
            }
            else if (Find(id) is { } channel && TryRead(id, info, out var terms))
            {
                channel.Update(terms);
            }
        }
    }

    private async Task<ChannelInfo?> AskAsync(ChannelId id, CancellationToken cancellation)
    {
        try
        {
            return await node.GetChannelAsync(id, cancellation);
        }
        catch (BusbarException exception) when (exception.Code == "ChannelUnknown")
        {
            return null;
        }
    }

    private async Task<(ChannelTerms? Terms, PaymentCode Code)> LookUpAsync(
        ChannelId id, PaymentTerms terms, CancellationToken cancellation)
    {
        await lookups.WaitAsync(cancellation);
        try
        {
            var info = await node.GetChannelAsync(id, cancellation);
            if (!TryRead(id, info, out var found))
            {
                return (null, PaymentCode.ChannelUnknown);
            }

            var code = Check(info, terms);
            return code == PaymentCode.Unset ? (found, code) : (null, code);
        }
        catch (BusbarException exception) when (exception.Code == "ChannelUnknown")
        {
            return (null, PaymentCode.ChannelUnknown);
        }
        catch (Exception exception) when (NodeRetry.IsOutage(exception, cancellation))
        {
            return (null, PaymentCode.NodeUnavailable);
        }
        finally
        {
            lookups.Release();
        }
    }

    private PaymentCode Check(ChannelInfo info, PaymentTerms terms)
    {
        if (info.Status != "open")
        {
            return PaymentCode.ChannelClosing;
        }

        if (!Address.TryParse(info.Payee, out var to) || to != payee)
        {
            return PaymentCode.WrongPayee;
        }

        if (!Address.TryParse(info.Asset, out var asset) || asset != terms.Asset)
        {
            return PaymentCode.WrongAsset;
        }

        return info.GraceMs < terms.MinGraceMs ? PaymentCode.GraceTooShort : PaymentCode.Unset;
    }

    private static bool TryRead(ChannelId id, ChannelInfo info, out ChannelTerms terms)
    {
        terms = null!;
        Span<byte> key = stackalloc byte[PublicKey.MaxSizeBytes];
        if (!Enum.TryParse<KeyKind>(info.VoucherKey.Kind, ignoreCase: true, out var kind)
            || !Hex.TryParse(info.VoucherKey.PublicKey, key[..PublicKey.SizeBytes(kind)])
            || !PublicKey.TryCreate(kind, key[..PublicKey.SizeBytes(kind)], out var voucherKey)
            || !Address.TryParse(info.Payer, out var payer)
            || !Amount.TryParseAtomic(info.DepositAtomic, out var deposit)
            || !Amount.TryParseAtomic(info.ClaimedAtomic, out var claimed))
        {
            return false;
        }

        Hash256? first = Hash256.TryParse(info.FirstVoucher, out var hash) ? hash : null;
        terms = new ChannelTerms(id, payer, voucherKey, deposit, claimed, first, info.Status != "open");
        return true;
    }
}
