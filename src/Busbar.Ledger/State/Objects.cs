using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>Every object of a state, one layer for each kind. Not thread-safe.</summary>
internal sealed class Objects
{
    // There is one such object, so its key says nothing.
    private const byte GovernanceKey = 0;

    private readonly ILayer[] layers;

    public Objects(Objects? parent)
    {
        Accounts = new(ObjectKinds.Account, parent?.Accounts);
        Balances = new(ObjectKinds.Balance, parent?.Balances);
        Assets = new(ObjectKinds.Asset, parent?.Assets);
        Channels = new(ObjectKinds.Channel, parent?.Channels);
        Governances = new(ObjectKinds.Governance, parent?.Governances);
        Ballots = new(ObjectKinds.Ballot, parent?.Ballots);
        Streams = new(ObjectKinds.Stream, parent?.Streams);
        Escrows = new(ObjectKinds.Escrow, parent?.Escrows);
        Mandates = new(parent?.Mandates);
        FrozenBalances = new(ObjectKinds.FrozenBalance, parent?.FrozenBalances);
        Authorizations = new(parent?.Authorizations);
        Allowances = new(ObjectKinds.Allowance, parent?.Allowances);
        PermitNonces = new(ObjectKinds.PermitNonce, parent?.PermitNonces);
        EthereumNonces = new(ObjectKinds.EthereumNonce, parent?.EthereumNonces);
        X402Channels = new(ObjectKinds.X402Channel, parent?.X402Channels);
        Intents = new(parent?.Intents);

        // In the order of prefixes, so that all entries together are in the order of keys.
        layers =
        [
            Accounts, Balances, Assets, Channels, Governances, Ballots,
            Streams, Escrows, Mandates, Authorizations.Records, Allowances, PermitNonces, EthereumNonces,
            FrozenBalances, X402Channels,
        ];
    }

    public Layer<Address, Account> Accounts { get; }

    public Layer<BalanceKey, Amount> Balances { get; }

    public Layer<Address, Asset> Assets { get; }

    public Layer<ChannelId, Channel> Channels { get; }

    public Layer<byte, Governance> Governances { get; }

    public Layer<Hash256, Ballot> Ballots { get; }

    public Layer<StreamId, PaymentStream> Streams { get; }

    public Layer<EscrowId, Escrow> Escrows { get; }

    public MandateLayer Mandates { get; }

    public Layer<BalanceKey, FrozenBalance> FrozenBalances { get; }

    /// <summary>
    /// The delegate whose transaction executes; null when an account acts itself. spec/ledger.md#L-146.
    /// </summary>
    public Delegation? Delegation { get; set; }

    /// <summary>EIP-3009 nonces that execute no more.</summary>
    public AuthorizationLayer Authorizations { get; }

    /// <summary>What spenders may move; zero is no object.</summary>
    public Layer<AllowanceKey, Amount> Allowances { get; }

    /// <summary>Permits that owners' accounts have executed, of each asset; zero is no object.</summary>
    public Layer<BalanceKey, ulong> PermitNonces { get; }

    /// <summary>The nonces that accounts' next Ethereum transactions have; zero is no object.</summary>
    public Layer<Address, ulong> EthereumNonces { get; }

    /// <summary>Channels of x402, which stay for ever.</summary>
    public Layer<ChannelId, X402Channel> X402Channels { get; }

    /// <summary>Executed intents: their tree is apart, and nothing undoes them.</summary>
    public IntentLayer Intents { get; }

    /// <summary>All layers but that of the intents.</summary>
    public IReadOnlyList<ILayer> Layers => layers;

    /// <summary>
    /// Undoes every write since the last <see cref="Commit"/>. Intent records are written after all undoing.
    /// </summary>
    public void Rollback()
    {
        foreach (var layer in layers)
        {
            layer.Rollback();
        }
    }

    /// <summary>What was written so far stays.</summary>
    public void Commit()
    {
        foreach (var layer in layers)
        {
            layer.Commit();
        }

        Intents.Records.Commit();
    }

    public void FoldIntoBase(ulong firstMinute)
    {
        foreach (var layer in layers)
        {
            layer.FoldIntoBase();
        }

        Authorizations.FoldIntoBase();
        Intents.FoldIntoBase(firstMinute);
    }

    /// <summary>Every object, encoded, in the bytewise order of keys.</summary>
    public IEnumerable<StateEntry> AllEntries() => layers
        .Append(Intents.Records)
        .OrderBy(layer => layer.Prefix)
        .SelectMany(layer => layer.AllEntries());

    /// <summary>
    /// The encoded object under a key that is no intent's; null when there is none. False for what is no key.
    /// </summary>
    public bool TryFind(ReadOnlySpan<byte> key, out byte[]? value)
    {
        value = null;
        foreach (var layer in layers)
        {
            if (key.Length > 0 && layer.Prefix == key[0])
            {
                return layer.TryFind(key, out value);
            }
        }

        return false;
    }

    /// <summary>Puts stored entries back.</summary>
    /// <exception cref="FormatException">An entry is none that a ledger writes.</exception>
    public static Objects Load(IEnumerable<StateEntry> entries)
    {
        var objects = new Objects(null);
        var byPrefix = new ILayer?[byte.MaxValue + 1];
        foreach (var layer in objects.layers)
        {
            byPrefix[layer.Prefix] = layer;
        }

        foreach (var entry in entries)
        {
            if (entry.Value is null || entry.Key.Length == 0
                || !(entry.Key[0] == StateKey.IntentKind
                    ? objects.Intents.TryLoad(entry.Key, entry.Value)
                    : byPrefix[entry.Key[0]]?.TryLoad(entry.Key, entry.Value) ?? false))
            {
                throw new FormatException("A stored object is not readable: " + Hex.Format(entry.Key));
            }
        }

        if (objects.Governances.Changes.Count == 0)
        {
            throw new FormatException("The stored objects have no governance.");
        }

        objects.Commit();
        return objects;
    }

    /// <summary>The network's governance; every state has it.</summary>
    public Governance FindGovernance() =>
        Governances.Find(GovernanceKey) ?? throw new InvariantBrokenException("a state has its governance");

    public void SetGovernance(Governance governance) => Governances.Set(GovernanceKey, governance);

    public void Credit(Address account, Address asset, Amount amount)
    {
        var key = new BalanceKey(account, asset);
        Balances.Set(key, Balances.Find(key) + amount);
    }

    /// <summary>
    /// Whether a free balance may be debited: Ok, or the first that applies of BalanceFrozen, BalanceTooLow and, for a
    /// delegate, MandateLimitPassed. Every operation that takes from a balance asks here, last of its checks, and then
    /// calls <see cref="Debit"/>. spec/ledger.md#L-105, L-146.
    /// </summary>
    public TransactionStatus CheckDebit(Address account, Address asset, Amount amount)
    {
        var key = new BalanceKey(account, asset);
        if (FrozenBalances.Find(key) is not null)
        {
            return TransactionStatus.BalanceFrozen;
        }

        if (Balances.Find(key) < amount)
        {
            return TransactionStatus.BalanceTooLow;
        }

        return Delegation?.Covers(account, asset, amount) == false
            ? TransactionStatus.MandateLimitPassed
            : TransactionStatus.Ok;
    }

    /// <summary>
    /// Whether the account that acts may let an amount be taken that leaves no balance of its own now: an allowance
    /// that it gives, or uses. MandateLimitPassed for a delegate whose mandates do not cover it, else Ok; the caller
    /// then calls <see cref="CountPledge"/>. spec/ledger.md#L-146.
    /// </summary>
    public TransactionStatus CheckPledge(Address account, Address asset, Amount amount) =>
        Delegation?.Covers(account, asset, amount) == false
            ? TransactionStatus.MandateLimitPassed
            : TransactionStatus.Ok;

    /// <summary>Counts what <see cref="CheckPledge"/> allowed.</summary>
    public void CountPledge(Address account, Address asset, Amount amount) =>
        Delegation?.Count(account, asset, amount);

    /// <summary>Takes from a free balance; the caller has asked <see cref="CheckDebit"/>.</summary>
    public void Debit(Address account, Address asset, Amount amount)
    {
        var key = new BalanceKey(account, asset);
        Invariant.Check(FrozenBalances.Find(key) is null);
        Balances.Set(key, Balances.Find(key) - amount);
        Delegation?.Count(account, asset, amount);
    }

    /// <summary>True for an address that may not receive or act: spec/ledger.md#L-5.</summary>
    public bool IsReserved(Address address) => ReservedAddresses.Contains(address) || Assets.Find(address) is not null;
}
