using Busbar.Transactions;

namespace Busbar.Ledger;

// Reading objects: one by its key, and all of a kind.
public sealed partial class LedgerState
{
    /// <summary>What an account holds of an asset; zero for what does not exist.</summary>
    public Amount BalanceOf(Address account, Address asset) => Objects.Balances.Find(new BalanceKey(account, asset));

    /// <summary>An account that was opened, or null.</summary>
    public Account? FindAccount(Address account) => Objects.Accounts.Find(account);

    /// <summary>An asset, or null.</summary>
    public Asset? FindAsset(Address asset) => Objects.Assets.Find(asset);

    /// <summary>A channel that is open or closing, or null.</summary>
    public Channel? FindChannel(ChannelId channel) => Objects.Channels.Find(channel);

    /// <summary>An x402 channel, whether it holds something or not; null when nothing was ever deposited.</summary>
    public X402Channel? FindX402Channel(ChannelId channel) => Objects.X402Channels.Find(channel);

    /// <summary>A stream that has not ended, or null.</summary>
    public PaymentStream? FindStream(StreamId stream) => Objects.Streams.Find(stream);

    /// <summary>An escrow that was neither released nor refunded, or null.</summary>
    public Escrow? FindEscrow(EscrowId escrow) => Objects.Escrows.Find(escrow);

    /// <summary>An account's mandate for a key, living or dead, or null. spec/ledger.md#L-141.</summary>
    public Mandate? FindMandate(Address account, Address signer) =>
        Objects.Mandates.Find(new MandateKey(account, signer));

    /// <summary>
    /// The mandate of a key and those above it, the account's own grant last; none when one of them is missing or dead
    /// at a time. spec/ledger.md#L-144.
    /// </summary>
    public IReadOnlyList<Mandate> FindMandates(Address account, Address signer, UnixTime time)
    {
        var chain = new List<Mandate>();
        Delegation.TryFindChain(Objects, new MandateKey(account, signer), time, chain);
        return chain;
    }

    /// <summary>The freeze of an account's balance of an asset, or null. spec/ledger.md#L-108.</summary>
    public FrozenBalance? FindFreeze(Address account, Address asset) =>
        Objects.FrozenBalances.Find(new BalanceKey(account, asset));

    /// <summary>That an EIP-3009 nonce was used or cancelled, or null. spec/ledger.md#L-162.</summary>
    public AuthorizationRecord? FindAuthorization(Address from, Address asset, Hash256 nonce) =>
        Objects.Authorizations.Records.Find(new AuthorizationKey(from, asset, nonce));

    /// <summary>What a spender may move of an owner's balance; 2^128 - 1 has no limit. spec/ledger.md#L-170.</summary>
    public Amount AllowanceOf(Address owner, Address asset, Address spender) =>
        Objects.Allowances.Find(new AllowanceKey(owner, asset, spender));

    /// <summary>The nonce that an owner's next permit of an asset has. spec/ledger.md#L-173.</summary>
    public ulong PermitNonceOf(Address owner, Address asset) => Objects.PermitNonces.Find(new BalanceKey(owner, asset));

    /// <summary>The nonce that an account's next Ethereum transaction has. spec/ledger.md#L-186.</summary>
    public ulong EthereumNonceOf(Address account) => Objects.EthereumNonces.Find(account);

    /// <summary>
    /// The record of an intent that executed, or null. Null means that it did not execute only while
    /// <see cref="Remembers"/> its expiry.
    /// </summary>
    public IntentRecord? FindIntent(Address account, Address signer, IntentId intentId) =>
        Objects.Intents.Records.Find(new IntentKey(account, signer, intentId));

    /// <summary>True while records of intents with this expiry are kept: later the ledger cannot tell. L-12.</summary>
    public bool Remembers(IntentId intentId) =>
        IntentMinutes.Remembers(Time, Genesis.Parameters.RetentionMs, intentId);

    /// <summary>True for an address that operations may not pay and that may not act: spec/ledger.md#L-5.</summary>
    public bool IsReserved(Address address) => Objects.IsReserved(address);

    /// <summary>Every balance, in the order of account and asset.</summary>
    public IEnumerable<Balance> Balances() =>
        Objects.Balances.All().Select(pair => new Balance(pair.Key.Account, pair.Key.Asset, pair.Value));

    /// <summary>Every asset, in the order of addresses.</summary>
    public IEnumerable<Asset> Assets() => Objects.Assets.All().Select(pair => pair.Value);

    /// <summary>Every channel, in the order of ids.</summary>
    public IEnumerable<Channel> Channels() => Objects.Channels.All().Select(pair => pair.Value);

    /// <summary>Every x402 channel, in the order of ids.</summary>
    public IEnumerable<X402Channel> X402Channels() => Objects.X402Channels.All().Select(pair => pair.Value);

    /// <summary>Every stream, in the order of ids.</summary>
    public IEnumerable<PaymentStream> Streams() => Objects.Streams.All().Select(pair => pair.Value);

    /// <summary>Every escrow, in the order of ids.</summary>
    public IEnumerable<Escrow> Escrows() => Objects.Escrows.All().Select(pair => pair.Value);

    /// <summary>Every mandate, living or dead, in the order of account and signer.</summary>
    public IEnumerable<Mandate> Mandates() => Objects.Mandates.All().Select(pair => pair.Value);

    /// <summary>Which balances are frozen, in the order of account and asset.</summary>
    public IEnumerable<BalanceKey> FrozenBalances() => Objects.FrozenBalances.All().Select(pair => pair.Key);

    /// <summary>Every allowance, in the order of owner, asset and spender. spec/ledger.md#L-174.</summary>
    public IEnumerable<Allowance> Allowances() => Objects.Allowances.All()
        .Select(pair => new Allowance(pair.Key.Owner, pair.Key.Asset, pair.Key.Spender, pair.Value));

    /// <summary>Every EIP-3009 nonce that executes no more, in the order of keys. spec/ledger.md#L-165.</summary>
    public IEnumerable<KeyValuePair<AuthorizationKey, AuthorizationRecord>> Authorizations() =>
        Objects.Authorizations.Records.All();

    /// <summary>Every open ballot, in the order of proposals' digests. spec/ledger.md#L-82.</summary>
    public IEnumerable<Ballot> Ballots() => Objects.Ballots.All().Select(pair => pair.Value);

    /// <summary>Every intent that executed and is remembered, in the order of keys. spec/ledger.md#L-12.</summary>
    public IEnumerable<KeyValuePair<IntentKey, IntentRecord>> Intents() => Objects.Intents.Records.All();

    /// <summary>Every object as storage keeps it, in the bytewise order of keys.</summary>
    public IEnumerable<StateEntry> Entries() => Objects.AllEntries();
}
