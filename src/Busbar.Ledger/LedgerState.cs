using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// The ledger after a block. A state never changes: <see cref="Begin"/> makes the next one as a layer over it, and
/// any number of siblings may stand on one parent. When a block is final, <see cref="Fold"/> moves its layer into
/// the base that all states share; states that stand on a sibling of a folded one may not be used again, and doing
/// so breaks an invariant. Queries are safe on many threads as long as none of them folds.
/// </summary>
public sealed partial class LedgerState
{
    private readonly Governance governance;
    private LedgerState? parent;

    internal LedgerState(
        Genesis genesis,
        ulong height,
        UnixTime time,
        ulong uptimeMs,
        Objects objects,
        StateTree tree,
        LedgerState? parent)
    {
        Genesis = genesis;
        Height = height;
        Time = time;
        UptimeMs = uptimeMs;
        Objects = objects;
        Tree = tree;
        governance = objects.FindGovernance();
        Tariff = parent is not null && ReferenceEquals(parent.governance, governance)
            ? parent.Tariff
            : PriceRules.TariffOf(genesis.Tariff, governance);
        this.parent = parent;
    }

    /// <summary>What the network started from.</summary>
    public Genesis Genesis { get; }

    /// <summary>Height of the last block; 0 for genesis.</summary>
    public ulong Height { get; }

    /// <summary>Time of the last block.</summary>
    public UnixTime Time { get; }

    /// <summary>Network uptime at the last block, in ms; 0 for genesis.</summary>
    public ulong UptimeMs { get; }

    /// <summary>The epoch that votes on the next block; 0 for genesis. spec/ledger.md#L-85.</summary>
    public ulong Epoch => governance.Epoch;

    /// <summary>The validators that vote on the next block; the same object as long as they stay the same.</summary>
    public ValidatorSet Validators => governance.Validators;

    /// <summary>
    /// True when the last block was the last one of its epoch: its own validators are those of the state before it.
    /// </summary>
    public bool EndsEpoch => governance.StartsAfter(Height);

    /// <summary>The version of the rules that the last block was executed by; 1 for genesis.</summary>
    public ulong ProtocolVersion => governance.ProtocolVersion;

    /// <summary>The upgrade that waits for its height, or null. spec/ledger.md#L-86.</summary>
    public ScheduledUpgrade? ScheduledUpgrade => governance.ScheduledUpgrade;

    /// <summary>The prices of the next block: genesis', as votes have changed them. spec/ledger.md#L-88.</summary>
    public Tariff Tariff { get; }

    /// <summary>Prices that were decided and wait for their time.</summary>
    public IReadOnlyList<PriceChange> WaitingPrices => governance.WaitingPrices;

    /// <summary>Root of the state: spec/ledger.md#L-42.</summary>
    public Hash256 StateRoot => Tree.Root;

    /// <summary>True when no layer is left to fold.</summary>
    public bool IsFolded => parent is null;

    internal Objects Objects { get; }

    internal StateTree Tree { get; }

    /// <summary>The state at height 0.</summary>
    /// <exception cref="ArgumentException">The genesis is not valid.</exception>
    public static LedgerState FromGenesis(Genesis genesis)
    {
        ArgumentNullException.ThrowIfNull(genesis);
        ThrowIfInvalid(genesis);
        var objects = new Objects(null);
        foreach (var asset in genesis.Assets)
        {
            var supply = genesis.Balances
                .Where(balance => balance.Asset == asset.Address)
                .Aggregate(Amount.Zero, (sum, balance) => sum + balance.Amount);
            objects.Assets.Set(
                asset.Address,
                new Asset(asset.Address, asset.Name, asset.Symbol, asset.Version, asset.Decimals, supply));
        }

        foreach (var balance in genesis.Balances)
        {
            objects.Accounts.Set(balance.Account, new Account(default));
            objects.Balances.Set(new BalanceKey(balance.Account, balance.Asset), balance.Amount);
        }

        objects.SetGovernance(Governance.Start(genesis.Validators));
        objects.Commit();
        return FromBase(genesis, 0, genesis.Time, 0, objects);
    }

    /// <summary>
    /// The state that storage holds. The caller compares <see cref="StateRoot"/> with the root in the header of that
    /// height: only that tells whether the entries are complete.
    /// </summary>
    /// <exception cref="ArgumentException">The genesis is not valid.</exception>
    /// <exception cref="FormatException">An entry is none that a ledger writes.</exception>
    public static LedgerState Load(
        Genesis genesis, ulong height, UnixTime time, ulong uptimeMs, IEnumerable<StateEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(genesis);
        ArgumentNullException.ThrowIfNull(entries);
        ThrowIfInvalid(genesis);
        return FromBase(genesis, height, time, uptimeMs, Objects.Load(entries));
    }

    /// <summary>
    /// Network uptime of the next block if it has this time: it advances with time, but by at most
    /// <see cref="NetworkParameters.UptimeHeartbeats"/> heartbeats a block, so an outage eats nobody's grace period.
    /// spec/ledger.md#L-24.
    /// </summary>
    public ulong UptimeAt(UnixTime time) => time <= Time
        ? UptimeMs
        : UptimeMs + Math.Min(
            time.Ms - Time.Ms, NetworkParameters.UptimeHeartbeats * Genesis.Parameters.HeartbeatMs);

    /// <summary>
    /// True when a block after this state may have that time and uptime; a header that says others is invalid.
    /// </summary>
    public bool CanFollow(UnixTime time, ulong uptimeMs) =>
        time > Time && time <= UnixTime.MaxValue && uptimeMs == UptimeAt(time);

    /// <summary>Starts the next block. This state does not change.</summary>
    /// <exception cref="ArgumentException"><see cref="CanFollow"/> says no.</exception>
    public BlockExecution Begin(UnixTime time, ulong uptimeMs) => BeginWith(time, uptimeMs, new BlockRoom());

    /// <summary>
    /// Moves this state's layer, and those of its ancestors that are still layers, into the base. Needs exclusive
    /// access to every state of the chain.
    /// </summary>
    public void Fold()
    {
        var layers = new Stack<LedgerState>();
        for (var state = this; state.parent is not null; state = state.parent)
        {
            layers.Push(state);
        }

        foreach (var state in layers)
        {
            state.Objects.FoldIntoBase(
                IntentMinutes.FirstRemembered(state.Time, state.Genesis.Parameters.RetentionMs));
            state.parent = null;
        }
    }

    /// <summary>The fee of a transaction if it were the next to execute.</summary>
    public FeeQuote QuoteFee(Transaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        if (Tariff.FindRate(transaction.FeeAsset) is not { } rate)
        {
            return new FeeQuote(
                InclusionStatus.FeeAssetNotListed, transaction.FeeAsset, Amount.Zero, Amount.Zero);
        }

        var (content, full) = FeeSchedule.FeesOf(Tariff, rate, transaction, Objects, []);
        return new FeeQuote(InclusionStatus.Included, transaction.FeeAsset, full, full - content);
    }

    /// <summary>
    /// What the object under a key is, or that there is none, for the header of this state's block. Null for what is no
    /// object's key: spec/ledger.md#L-50. An intent's key is one.
    /// </summary>
    public Statement? Prove(ReadOnlySpan<byte> key)
    {
        if (key.Length > 0 && key[0] == StateKey.IntentKind)
        {
            return StateKey.TryParseIntent(key, out var intent) ? ProveIntent(intent) : null;
        }

        return Objects.TryFind(key, out var value)
            ? new Statement.Object(
                key.ToArray(), value, Tree.Objects.Prove(MerkleMap.PathOf(key)), Tree.Intents.Root)
            : null;
    }

    /// <summary>
    /// The most that the fee of a transaction can ever be: every price at its ceiling, every account and channel that
    /// it names new. Null when the tariff does not list the fee asset. spec/ledger.md#L-60.
    /// </summary>
    public Amount? FeeCeilingOf(Transaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return Genesis.Tariff.FindRate(transaction.FeeAsset) is { } rate
            ? FeeSchedule.CeilingOf(rate, transaction)
            : null;
    }

    /// <summary>
    /// What would become of a transaction as the only one of a next block, and, where its operations must succeed, what
    /// the one that fails fails with.
    /// </summary>
    public (InclusionStatus Inclusion, TransactionStatus Failure) TryOut(
        Verified<CheckedTransaction> transaction, UnixTime now)
    {
        var time = now > Time ? now : new UnixTime(Time.Ms + 1);
        var block = Begin(time, UptimeAt(time));
        var status = block.Apply(transaction, out _);
        return (status, block.LastFailure);
    }

    /// <summary>
    /// True when for every asset the balances and what channels, streams and escrows hold add up to the supply:
    /// spec/ledger.md#L-7.
    /// Walks the whole state.
    /// </summary>
    public bool IsConserved()
    {
        var sums = new Dictionary<Address, UInt128>();
        foreach (var balance in Balances())
        {
            sums[balance.Asset] = sums.GetValueOrDefault(balance.Asset) + balance.Amount.Atomic;
        }

        foreach (var channel in Channels())
        {
            sums[channel.Asset] = sums.GetValueOrDefault(channel.Asset) + channel.Remaining.Atomic;
        }

        foreach (var channel in X402Channels())
        {
            var asset = channel.Config.Asset;
            sums[asset] = sums.GetValueOrDefault(asset) + channel.Remaining.Atomic;
        }

        foreach (var stream in Streams())
        {
            sums[stream.Asset] = sums.GetValueOrDefault(stream.Asset) + stream.Remaining.Atomic;
        }

        foreach (var escrow in Escrows())
        {
            sums[escrow.Asset] = sums.GetValueOrDefault(escrow.Asset) + escrow.Amount.Atomic;
        }

        var assets = Assets().ToDictionary(asset => asset.Address, asset => asset.Supply.Atomic);
        return sums.Keys.All(assets.ContainsKey)
            && assets.All(asset => sums.GetValueOrDefault(asset.Key) == asset.Value);
    }

    /// <summary>Starts a block with another room than the protocol's: what every honest validator refuses.</summary>
    internal BlockExecution BeginWith(UnixTime time, ulong uptimeMs, BlockRoom room) => CanFollow(time, uptimeMs)
        ? new BlockExecution(this, time, uptimeMs, room)
        : throw new ArgumentException("A block is later than its parent, and its uptime follows from its time.");

    private Statement.Intent ProveIntent(IntentKey intent)
    {
        var key = StateKey.OfIntent(intent);
        Objects.Intents.Records.TryFind(key, out var record);
        return new Statement.Intent(
            key,
            record,
            Tree.Minutes.GetValueOrDefault(intent.Minute)?.Prove(MerkleMap.PathOf(key)),
            Tree.Intents.Prove(MerkleMap.PathOf(StateKey.OfMinute(intent.Minute))),
            Tree.Objects.Root);
    }

    private static void ThrowIfInvalid(Genesis genesis)
    {
        var status = genesis.Check();
        if (status != GenesisStatus.Valid)
        {
            throw new ArgumentException("The genesis is not valid: " + status, nameof(genesis));
        }
    }

    private static LedgerState FromBase(
        Genesis genesis, ulong height, UnixTime time, ulong uptimeMs, Objects objects)
    {
        objects.Authorizations.Seal(time);
        objects.Commit();
        var (tree, _) = StateSealer.Seal(StateTree.Empty, objects, []);
        return new LedgerState(genesis, height, time, uptimeMs, objects, tree, null);
    }
}
