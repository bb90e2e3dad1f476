using Busbar.Api;
using Busbar.Ledger;
using Busbar.Node.Hosting;
using Busbar.Node.Mempool;
using Busbar.Node.Storage;
using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Node.Api;

/// <summary>
/// What the API reads: final state through the loop, final blocks and indexes from the store. Thread-safe.
/// </summary>
internal sealed class LedgerReader(Genesis genesis, ReplicaHost replica, LedgerStore store)
{
    // Hashing a genesis costs as much as it has accounts: once, not for each request.
    private readonly string genesisDigest = genesis.Digest().ToString();

    public Genesis Genesis { get; } = genesis;

    public ReplicaHost Replica { get; } = replica;

    public EventIndex Events => store.Events;

    public NetworkInfo Network()
    {
        var head = Replica.Head;
        var parameters = Genesis.Parameters;
        return new NetworkInfo(
            Genesis.Network.ToString(),
            Genesis.Network.ChainId,
            genesisDigest,
            head.Height,
            head.Time.Ms,
            head.UptimeMs,
            head.StateRoot.ToString(),
            Genesis.Tariff.FeeAssets[0].Asset.ToString(),
            [.. Genesis.Assets.Select(asset => new AssetInfo(
                asset.Address.ToString(), asset.Name, asset.Symbol, asset.Version, asset.Decimals))],
            Tariff.Priced.ToDictionary(
                Pricing.NameOf, price => new Amount(Replica.State.Tariff.UnitsOf(price)).ToString()),
            parameters.MinGraceMs,
            parameters.MaxIntentAheadMs,
            parameters.RetentionMs,
            Replica.State.Validators.Count);
    }

    public ValueTask<GovernanceInfo> GovernanceAsync(CancellationToken cancellation)
    {
        var view = Replica.State.View;
        return Replica.QueryAsync((state, _) => Describe.Governance(state, view), cancellation);
    }

    public ValueTask<AccountInfo> AccountAsync(Address account, CancellationToken cancellation)
    {
        // Anybody may create assets, so only those that the account holds are looked at, and not all there are.
        Address[] assets =
            [.. Genesis.Assets.Select(asset => asset.Address).Union(store.AssetsHeldBy(account)).Order()];
        return Replica.QueryAsync(
            (state, _) => new AccountInfo(
                account.ToString(),
                state.Height,
                [.. assets.Select(asset => Describe.Balance(state, account, asset)).OfType<BalanceInfo>()]),
            cancellation);
    }

    public ValueTask<AssetSupplyInfo?> AssetAsync(Address asset, CancellationToken cancellation) =>
        Replica.QueryAsync(
            (state, _) => state.FindAsset(asset) is { } found ? Describe.Asset(found) : null, cancellation);

    public ValueTask<StreamInfo?> StreamAsync(StreamId stream, CancellationToken cancellation) =>
        Replica.QueryAsync(
            (state, _) => state.FindStream(stream) is { } found ? Describe.Stream(found, state.Time) : null,
            cancellation);

    public ValueTask<EscrowInfo?> EscrowAsync(EscrowId escrow, CancellationToken cancellation) =>
        Replica.QueryAsync(
            (state, _) => state.FindEscrow(escrow) is { } found ? Describe.Escrow(found) : null, cancellation);

    public ValueTask<MandateInfo?> MandateAsync(Address account, Address signer, CancellationToken cancellation) =>
        Replica.QueryAsync(
            (state, _) => state.FindMandate(account, signer) is { } found ? Describe.Mandate(state, found) : null,
            cancellation);

    public ValueTask<MandateList> MandatesAsync(Address account, CancellationToken cancellation)
    {
        var signers = store.SignersFor(account);
        return Replica.QueryAsync(
            (state, _) => new MandateList([.. signers
                .Select(signer => state.FindMandate(account, signer))
                .OfType<Mandate>()
                .Select(mandate => Describe.Mandate(state, mandate))]),
            cancellation);
    }

    public ValueTask<ChannelInfo?> ChannelAsync(ChannelId channel, CancellationToken cancellation) =>
        Replica.QueryAsync(
            (state, _) => state.FindChannel(channel) is { } found ? Describe.Channel(found) : null, cancellation);

    public ValueTask<X402ChannelInfo?> X402ChannelAsync(ChannelId channel, CancellationToken cancellation) =>
        Replica.QueryAsync(
            (state, _) => state.FindX402Channel(channel) is { } found ? Describe.X402Channel(found) : null,
            cancellation);

    public async ValueTask<ChannelList> ChannelsAsync(
        Address account, ChannelRole? role, CancellationToken cancellation)
    {
        ChannelRole[] roles = role is { } one ? [one] : [ChannelRole.Payer, ChannelRole.Payee];
        var ids = roles.SelectMany(end => store.Events.ChannelsOf(account, end)).Distinct().ToArray();
        return await Replica.QueryAsync(
            (state, _) => new ChannelList([.. ids
                .Select(state.FindChannel)
                .OfType<Channel>()
                .Select(Describe.Channel)]),
            cancellation);
    }

    public BlockInfo? Block(ulong height) =>
        store.FindBlock(height) is { } block ? Describe.Block(block) : null;

    public ValueTask<FeeQuote> QuoteAsync(Transaction transaction, CancellationToken cancellation) =>
        Replica.QueryAsync((state, _) => state.QuoteFee(transaction), cancellation);

    /// <summary>What the operation of a transaction that must succeed would fail with now.</summary>
    public async ValueTask<TransactionStatus> FailureOfAsync(
        Verified<CheckedTransaction> transaction, CancellationToken cancellation) =>
        (await TryOutAsync(transaction, cancellation)).Failure;

    /// <summary>What would become of a transaction in the next block.</summary>
    public ValueTask<(InclusionStatus Inclusion, TransactionStatus Failure)> TryOutAsync(
        Verified<CheckedTransaction> transaction, CancellationToken cancellation) =>
        Replica.QueryAsync((state, _) => state.TryOut(transaction, ((IValidatorPorts)Replica).Now), cancellation);

    /// <summary>Height of the oldest block that is kept.</summary>
    public ulong OldestHeight => store.OldestHeight;

    /// <summary>A final transaction by its place, or null when its block is not kept any more.</summary>
    public IntentInfo? Final(IntentPlace place) => store.FindBlock(place.Height) is { } block
        ? Describe.Final(block.Receipts[place.Index], place.Height, place.Index, block.Header.Time)
        : null;

    public IntentPlace? FindFinal(IntentKey key) => store.FindIntent(key.Account, key.Signer, key.Id);

    /// <summary>Everything known under an intent id: final transactions and pending ones.</summary>
    public async ValueTask<FoundIntents> FindAsync(
        IntentId intentId, Address? account, CancellationToken cancellation)
    {
        // :: Pending and fate first: what becomes final in between is then found in the store.
        var (pending, fate) = await Replica.QueryAsync(
            (state, pool) => (pool.Find(intentId).ToArray(), FateOf(state, intentId)), cancellation);
        var final = store.FindIntents(intentId, account);
        return new FoundIntents(
            final,
            [.. pending.Where(one => account is null || one.Key.Account == account)
                .Where(one => !final.Any(place => place.Account == one.Key.Account && place.Signer == one.Key.Signer))],
            fate);
    }

    /// <summary>
    /// A statement about a final block that is kept, with what proves it to whoever trusts an epoch's validators.
    /// </summary>
    public LedgerProof ProofOf(ulong height, ulong fromEpoch, Statement statement)
    {
        // A batch of blocks ends with a certificate, and an epoch with a batch.
        var headers = new List<BlockHeader>();
        for (var at = height; ; at++)
        {
            var block = store.FindBlock(at);
            Invariant.Check(block is not null && headers.Count < LedgerProof.MaxHeaders);
            headers.Add(block.Header);
            if (block.Finalization is { } finalization)
            {
                var epoch = block.Header.Epoch;
                var handovers = store.Handovers(fromEpoch).TakeWhile(handover => handover.Header.Epoch < epoch)
                    .Take(LedgerProof.MaxHandovers);
                return new LedgerProof([.. handovers], headers, finalization, statement);
            }
        }
    }

    /// <summary>What a final transaction did, as a statement; null when its block is not kept any more.</summary>
    public Statement? ReceiptAt(IntentPlace place)
    {
        if (store.FindBlock(place.Height) is not { } block)
        {
            return null;
        }

        var leaves = new Hash256[block.Receipts.Count];
        var writer = new CanonicalWriter();
        for (var i = 0; i < leaves.Length; i++)
        {
            writer.Clear();
            block.Receipts[i].Write(writer);
            leaves[i] = MerkleList.HashItem(writer.WrittenSpan);
        }

        return new Statement.Executed(block.Receipts[place.Index], ListProof.Of(leaves, place.Index));
    }

    private static IntentFate FateOf(LedgerState state, IntentId intentId)
    {
        if (!state.Remembers(intentId))
        {
            return IntentFate.Forgotten;
        }

        // Only a final block's time past the expiry makes it certain that the intent can never execute.
        return state.Time > intentId.ValidUntil ? IntentFate.Expired : IntentFate.Open;
    }
}

/// <summary>
/// What is known under an intent id: final transactions, pending ones, and what it means if there is none.
/// </summary>
internal sealed record FoundIntents(
    IReadOnlyList<IntentPlace> Final, IReadOnlyList<PendingTransaction> Pending, IntentFate Fate);

/// <summary>What it means that nothing is known under an intent id.</summary>
internal enum IntentFate
{
    /// <summary>No answer.</summary>
    Unset = 0,

    /// <summary>A transaction may still come.</summary>
    Open = 1,

    /// <summary>None executed, and none ever will.</summary>
    Expired = 2,

    /// <summary>Too long ago to say.</summary>
    Forgotten = 3,
}
