using Busbar.Api;
using Busbar.Client;
using Busbar.Ticks;
using Busbar.Transactions;

namespace Busbar.AspNetCore;

/// <summary>
/// Takes the best claims of many channels to the ledger in one transaction. One settlement at a time; it is stored
/// before it is sent and sent again until its outcome is known, so that none is forgotten or made twice. Thread-safe.
/// </summary>
internal sealed class Settlement : IDisposable
{
    private readonly BusbarOptions options;
    private readonly BusbarClient node;
    private readonly Wallet wallet;
    private readonly SellerStore store;
    private readonly SellerChannels channels;
    private readonly SemaphoreSlim turn = new(1);
    private readonly Lock sync = new();
    private SignedTransaction? pending;
    private Amount claimed;
    private Amount fees;
    private long transactions;

    public Settlement(
        BusbarOptions options,
        BusbarClient node,
        Wallet wallet,
        SellerStore store,
        SellerChannels channels,
        StoredSeller stored)
    {
        this.options = options;
        this.node = node;
        this.wallet = wallet;
        this.store = store;
        this.channels = channels;
        pending = stored.Settlement;
        claimed = stored.Claimed;
        fees = stored.Fees;
    }

    public SellerTotals Totals()
    {
        lock (sync)
        {
            var (requests, accepted, hashes) = channels.Ended;
            foreach (var channel in channels.All)
            {
                var sold = channel.Sold;
                requests += sold.Requests;
                accepted += sold.Accepted;
                hashes += channel.HashCount;
            }

            var charges = store.Charged;
            return new SellerTotals(
                requests,
                accepted,
                claimed,
                fees,
                transactions,
                hashes,
                channels.All.Count,
                charges.Count,
                charges.Amount);
        }
    }

    /// <summary>True when a threshold is reached: value, age, a closing channel, or a settlement left over.</summary>
    public bool IsDue()
    {
        var total = Amount.Zero;
        var now = DateTimeOffset.UtcNow;
        foreach (var channel in channels.All)
        {
            var unclaimed = channel.Best().Unclaimed;
            total += unclaimed;
            if (!unclaimed.IsZero
                && (channel.Terms.Closing || (channel.UnclaimedSince is { } since && now - since >= options.ClaimAge)))
            {
                return true;
            }
        }

        return pending is not null || total >= options.ClaimAt;
    }

    public async Task SettleAsync(bool close, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            if (pending is not null)
            {
                await FinishAsync(pending, cancellation);
            }

            // Another round only when one transaction could not hold all: buyers who go on paying keep nobody here.
            List<Claim> claims;
            do
            {
                claims = TakeClaims();
                if (claims.Count > 0)
                {
                    await SubmitAsync(new Operation.ClaimChannels(claims), cancellation);
                }
            }
            while (claims.Count == Limits.ClaimsPerTransaction);

            if (close)
            {
                await CloseAsync(cancellation);
            }
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task CloseAsync(CancellationToken cancellation)
    {
        foreach (var batch in channels.All.Chunk(Limits.OperationsPerTransaction))
        {
            await SubmitAsync([.. batch.Select(channel => new Operation.CloseChannel(channel.Id))], cancellation);
            foreach (var channel in batch)
            {
                await channels.RemoveAsync(channel.Id);
            }
        }
    }

    private List<Claim> TakeClaims()
    {
        var claims = new List<Claim>();
        foreach (var channel in channels.All)
        {
            var (claim, unclaimed) = channel.Best();
            if (claim is not null && !unclaimed.IsZero && claims.Count < Limits.ClaimsPerTransaction)
            {
                claims.Add(claim);
            }
        }

        return claims;
    }

    private Task SubmitAsync(Operation operation, CancellationToken cancellation) =>
        SubmitAsync([operation], cancellation);

    private async Task SubmitAsync(IReadOnlyList<Operation> operations, CancellationToken cancellation)
    {
        var signed = wallet.Sign(wallet.NewIntent(), operations);
        pending = signed;
        await store.SaveSettlementAsync(signed, Totals());
        await FinishAsync(signed, cancellation);
    }

    private async Task FinishAsync(SignedTransaction signed, CancellationToken cancellation)
    {
        IntentInfo info;
        try
        {
            info = await node.SubmitUntilFinalAsync(signed, options.Patience, cancellation);
        }
        catch (BusbarException exception) when (exception.Status is { } status && (int)status < 500)
        {
            // The node refuses it for good: forget it, or it would stand in the way of the next.
            pending = null;
            await store.SaveSettlementAsync(null, Totals());
            throw;
        }

        if (info.Status == "final")
        {
            lock (sync)
            {
                transactions++;
                fees += Amount.TryParseAtomic(info.FeeAtomic, out var fee) ? fee : Amount.Zero;
            }
        }

        foreach (var entry in info.Claims ?? [])
        {
            await ApplyAsync(signed, entry);
        }

        pending = null;
        await store.SaveSettlementAsync(null, Totals());
    }

    private async Task ApplyAsync(SignedTransaction signed, ClaimInfo entry)
    {
        if (Amount.TryParseAtomic(entry.PaidAtomic, out var paid))
        {
            lock (sync)
            {
                claimed += paid;
            }
        }

        if (!ChannelId.TryParse(entry.Channel, out var id) || channels.Find(id) is not { } channel)
        {
            return;
        }

        if (entry.Status == nameof(ClaimStatus.ChannelUnknown))
        {
            await channels.RemoveAsync(id);
            return;
        }

        // Refused or paid, this claim is worth no more than this: it is not sent again for the same value.
        var claims = (Operation.ClaimChannels)signed.Transaction.Operations[entry.Operation];
        channel.MarkClaimed(ClaimCheck.Evaluate(claims.Claims[entry.Entry]).Value);
        await store.SaveAsync(channel);
    }
}
