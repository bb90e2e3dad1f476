using System.Text.Json;
using Busbar.Api;
using Busbar.Ledger;
using RocksDbSharp;

namespace Busbar.Node.Storage;

/// <summary>
/// What happened to each account and channel, in order, so that a reader who was away reads on where it stopped; and
/// which channels an account has. Written in the batch of the block. Reads are thread-safe.
/// </summary>
public sealed class EventIndex
{
    private const byte AccountPrefix = 1;
    private const byte ChannelPrefix = 2;

    private readonly RocksDb database;
    private readonly ColumnFamilyHandle events;
    private readonly ColumnFamilyHandle parties;

    internal EventIndex(RocksDb database, ColumnFamilyHandle events, ColumnFamilyHandle parties)
    {
        this.database = database;
        this.events = events;
        this.parties = parties;
    }

    /// <summary>
    /// Events of an account after a place, oldest first, at most <see cref="NodeLimits.EventsPerRead"/>.
    /// </summary>
    public IReadOnlyList<StoredEvent> OfAccount(Address account, EventId after) =>
        Read([AccountPrefix, .. account.ToArray()], after);

    /// <summary>
    /// Events of a channel after a place, oldest first, at most <see cref="NodeLimits.EventsPerRead"/>.
    /// </summary>
    public IReadOnlyList<StoredEvent> OfChannel(ChannelId channel, EventId after) =>
        Read([ChannelPrefix, .. channel.Value.ToArray()], after);

    /// <summary>
    /// Channels that an account pays from, or is paid by, in order of id; at most
    /// <see cref="NodeLimits.ChannelsPerAnswer"/>.
    /// </summary>
    public IReadOnlyList<ChannelId> ChannelsOf(Address account, ChannelRole role)
    {
        byte[] prefix = [.. account.ToArray(), (byte)role];
        var channels = new List<ChannelId>();
        using var iterator = database.NewIterator(parties);
        for (iterator.Seek(prefix); iterator.Valid() && channels.Count < NodeLimits.ChannelsPerAnswer; iterator.Next())
        {
            var key = iterator.Key();
            if (!key.AsSpan().StartsWith(prefix))
            {
                break;
            }

            channels.Add(new ChannelId(new Hash256(key.AsSpan(prefix.Length))));
        }

        return channels;
    }

    internal void Add(WriteBatch batch, StoredBlock block, IReadOnlyList<Effect> effects)
    {
        var number = 0;
        var transaction = -1;
        foreach (var effect in effects)
        {
            number = effect.Transaction == transaction ? number + 1 : 0;
            transaction = effect.Transaction;
            var id = new EventId(block.Header.Height, effect.Transaction, number);
            var json = JsonSerializer.SerializeToUtf8Bytes(Describe(block, effect), ApiJson.Default.LedgerEvent);
            batch.Put(Key([AccountPrefix, .. effect.From.ToArray()], id), json, events);
            batch.Put(Key([AccountPrefix, .. effect.To.ToArray()], id), json, events);
            if (effect.Channel is { } channel)
            {
                batch.Put(Key([ChannelPrefix, .. channel.Value.ToArray()], id), json, events);
                IndexParties(batch, effect, channel);
            }
        }
    }

    /// <summary>The channels of a state, for a store that did not see them open.</summary>
    internal void AddChannels(WriteBatch batch, IEnumerable<Channel> channels)
    {
        foreach (var channel in channels)
        {
            batch.Put(PartyKey(channel.Payer, ChannelRole.Payer, channel.Id), Array.Empty<byte>(), parties);
            batch.Put(PartyKey(channel.Payee, ChannelRole.Payee, channel.Id), Array.Empty<byte>(), parties);
        }
    }

    private void IndexParties(WriteBatch batch, in Effect effect, ChannelId channel)
    {
        if (effect.Kind == EffectKind.ChannelOpened)
        {
            batch.Put(PartyKey(effect.From, ChannelRole.Payer, channel), Array.Empty<byte>(), parties);
            batch.Put(PartyKey(effect.To, ChannelRole.Payee, channel), Array.Empty<byte>(), parties);
        }
        else if (effect.Kind == EffectKind.ChannelClosed)
        {
            batch.Delete(PartyKey(effect.To, ChannelRole.Payer, channel), parties);
            batch.Delete(PartyKey(effect.From, ChannelRole.Payee, channel), parties);
        }
    }

    private static byte[] PartyKey(Address account, ChannelRole role, ChannelId channel) =>
        [.. account.ToArray(), (byte)role, .. channel.Value.ToArray()];

    private static byte[] Key(byte[] prefix, EventId id)
    {
        var key = new byte[prefix.Length + EventId.SizeBytes];
        prefix.CopyTo(key, 0);
        id.CopyTo(key.AsSpan(prefix.Length));
        return key;
    }

    private static LedgerEvent Describe(StoredBlock block, in Effect effect) => new(
        NameOf(effect.Kind),
        block.Header.Height,
        effect.Transaction,
        block.Header.Time.Ms,
        block.Receipts[effect.Transaction].IntentId.ToString(),
        effect.Asset.ToString(),
        effect.From.ToString(),
        effect.To.ToString(),
        effect.Amount.ToString(),
        effect.Channel?.ToString(),
        effect.WithdrawableUptimeMs,
        effect.Reference?.ToString());

    private static string NameOf(EffectKind kind) => kind switch
    {
        EffectKind.Transfer => "transfer",
        EffectKind.ChannelOpened => "channelOpened",
        EffectKind.ChannelToppedUp => "channelToppedUp",
        EffectKind.ChannelClaimed => "channelClaimed",
        EffectKind.ChannelClosing => "channelClosing",
        EffectKind.ChannelClosed => "channelClosed",
        EffectKind.ProposalDecided => "proposalDecided",
        EffectKind.AssetCreated => "assetCreated",
        EffectKind.AssetMinted => "assetMinted",
        EffectKind.AssetBurned => "assetBurned",
        EffectKind.BalanceFrozen => "balanceFrozen",
        EffectKind.BalanceUnfrozen => "balanceUnfrozen",
        EffectKind.StreamStarted => "streamStarted",
        EffectKind.StreamToppedUp => "streamToppedUp",
        EffectKind.StreamPaid => "streamPaid",
        EffectKind.StreamEnded => "streamEnded",
        EffectKind.EscrowLocked => "escrowLocked",
        EffectKind.EscrowReleased => "escrowReleased",
        EffectKind.EscrowRefunded => "escrowRefunded",
        EffectKind.MandateGranted => "mandateGranted",
        EffectKind.MandateRevoked => "mandateRevoked",
        EffectKind.AuthorizationCancelled => "authorizationCancelled",
        EffectKind.AllowanceSet => "allowanceSet",
        EffectKind.X402ChannelDeposited => "x402ChannelDeposited",
        EffectKind.X402ChannelClaimed => "x402ChannelClaimed",
        EffectKind.X402ChannelRefunded => "x402ChannelRefunded",
        EffectKind.X402WithdrawalRequested => "x402WithdrawalRequested",
        EffectKind.X402WithdrawalFinished => "x402WithdrawalFinished",
        EffectKind.Unset or _ => throw new InvariantBrokenException("an effect has a kind"),
    };

    private List<StoredEvent> Read(byte[] prefix, EventId after)
    {
        var found = new List<StoredEvent>();
        var start = Key(prefix, after);
        using var iterator = database.NewIterator(events);
        for (iterator.Seek(start); iterator.Valid() && found.Count < NodeLimits.EventsPerRead; iterator.Next())
        {
            var key = iterator.Key();
            if (!key.AsSpan().StartsWith(prefix))
            {
                break;
            }

            var id = EventId.FromBytes(key.AsSpan(prefix.Length));
            if (id != after)
            {
                found.Add(new StoredEvent(id, iterator.Value()));
            }
        }

        return found;
    }
}

/// <summary>An event as it is sent: its place and its JSON in UTF-8.</summary>
public sealed record StoredEvent(EventId Id, byte[] Json);

/// <summary>Which end of a channel an account is.</summary>
public enum ChannelRole
{
    /// <summary>No end.</summary>
    Unset = 0,

    /// <summary>The one that deposited.</summary>
    Payer = 1,

    /// <summary>The one that is paid.</summary>
    Payee = 2,
}
