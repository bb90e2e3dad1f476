using Busbar.Ledger;
using Busbar.Simulation.Model;
using Busbar.Transactions;

namespace Busbar.Simulation.Fuzzing;

/// <summary>Applies a transaction to a block: as the ledger does, or with a fault that the fuzzer must find.</summary>
internal delegate InclusionStatus FuzzApply(
    BlockExecution block, Verified<CheckedTransaction> transaction, out Receipt? receipt);

/// <summary>
/// Transactions from bytes to the state. Properties: what is refused changes nothing; what fails changes the fee's two
/// balances, what makes it happen once, and a delegate's mandates; money is conserved; what stands in a block has a
/// receipt that decodes, and does not stand in it twice.
/// </summary>
internal sealed class ApplyTarget : FuzzTarget
{
    /// <summary>
    /// Bytes that verifying and applying may allocate whatever the transaction: a layer over the state, a recovery.
    /// </summary>
    public const long AllocatedBytesPerTransaction = (256 * 1024) + AllocatedBytesPerRecovery;

    /// <summary>
    /// Bytes that verifying and applying may allocate for each byte of the transaction: a wallet's signature is 65 of
    /// them, and what it signs no fewer.
    /// </summary>
    public const long AllocatedBytesPerTransactionByte = AllocatedBytesPerRecovery / 128;

    // Times of the block after the state: intents of the second are a little older.
    private static readonly ulong[] StepsMs = [1_000, 40_000];

    private readonly FuzzWorld world;
    private readonly TransactionMaker maker;
    private readonly FuzzApply apply;
    private readonly ExecutedBlock[] empty;

    public ApplyTarget(FuzzWorld world, TransactionMaker maker, FuzzApply? apply = null)
        : base("apply", "BlockExecution.Apply")
    {
        this.world = world;
        this.maker = maker;
        this.apply = apply ?? Apply;
        Corpus = maker.Unchanged();
        empty = [.. StepsMs.Select(step => Begin(step).Seal())];
    }

    public override IReadOnlyList<byte[]> Corpus { get; }

    /// <summary>How often an operation of each kind succeeded.</summary>
    public SortedDictionary<OperationCode, ulong> Succeeded { get; } = [];

    public override byte[] Make(SimulatedRandom random) => maker.Make(random);

    public override void WarmUp()
    {
        base.WarmUp();
        Succeeded.Clear();
    }

    public override void Run(byte[] input)
    {
        if (SignedTransaction.TryDecode(input, out var decoded) != DecodeError.Unset)
        {
            Count("refused by the decoder");
            return;
        }

        Count("decoded");
        var before = GC.GetAllocatedBytesForCurrentThread();
        var status = TransactionVerifier.TryVerify(decoded!, LedgerWorld.Network, out var verified);
        if (status != VerificationStatus.Verified)
        {
            CheckAllocation(before, input.Length, AllocatedBytesPerTransactionByte, AllocatedBytesPerTransaction);
            Count("refused by the verifier");
            return;
        }

        Count("verified");
        // The same input always comes to the same block.
        var place = input[^1] % StepsMs.Length;
        var block = Begin(StepsMs[place]);
        var inclusion = apply(block, verified!, out var receipt);
        CheckAllocation(before, input.Length, AllocatedBytesPerTransactionByte, AllocatedBytesPerTransaction);
        if (inclusion != InclusionStatus.Included)
        {
            CheckRefused(block, empty[place], receipt);
            Count("refused by the ledger");
            return;
        }

        CheckIncluded(block, empty[place], verified!, receipt);
    }

    private static InclusionStatus Apply(
        BlockExecution block, Verified<CheckedTransaction> transaction, out Receipt? receipt) =>
        block.Apply(transaction, out receipt);

    private BlockExecution Begin(ulong stepMs)
    {
        var time = new UnixTime(world.State.Time.Ms + stepMs);
        return world.State.Begin(time, world.State.UptimeAt(time));
    }

    private static void Check(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new FuzzFaultException(otherwise);
        }
    }

    private static void CheckRefused(BlockExecution block, ExecutedBlock empty, Receipt? receipt)
    {
        var isEmpty = block.Count == 0 && block.SizeBytes == 0;
        var executed = block.Seal();
        Check(receipt is null && isEmpty, "refused, and stands in the block");
        Check(executed.StateRoot == empty.StateRoot, "refused, and changed the state");
        Check(
            executed.ReceiptsRoot == empty.ReceiptsRoot && executed.TransactionsRoot == empty.TransactionsRoot
                && executed.Effects.Count == empty.Effects.Count,
            "refused, and left a trace in the block");
    }

    private void CheckIncluded(
        BlockExecution block, ExecutedBlock empty, Verified<CheckedTransaction> verified, Receipt? receipt)
    {
        Check(receipt is not null && block.Count == 1, "included without a receipt");
        var again = apply(block, verified, out _);
        Check(
            again is InclusionStatus.Duplicate or InclusionStatus.NonceUsed && block.Count == 1,
            $"included twice, or refused the second time as {again}");
        var executed = block.Seal();
        Check(executed.State.IsConserved(), "money is not conserved");
        Check(executed.Receipts.Count == 1 && executed.Receipts[0] == receipt, "another receipt in the block");
        CheckReceipt(receipt!, verified.Value.Transaction);
        if (receipt!.Status != TransactionStatus.Ok)
        {
            CheckFailed(executed, empty, verified.Value, receipt);
            Count("failed");
            return;
        }

        Count("succeeded");
        foreach (var operation in verified.Value.Transaction.Operations)
        {
            Succeeded[operation.Code] = Succeeded.GetValueOrDefault(operation.Code) + 1;
        }
    }

    private static void CheckReceipt(Receipt receipt, Transaction transaction)
    {
        var encoded = FuzzSources.Encode(receipt.Write);
        var reader = new CanonicalReader(encoded);
        var decoded = Receipt.Read(ref reader);
        Check(
            reader.Finish() && FuzzSources.Encode(decoded!.Write).AsSpan().SequenceEqual(encoded),
            "its receipt does not decode");
        Check(receipt.Fee <= transaction.MaxFee, "a fee above the most that was signed");
        Check(
            receipt.Status == TransactionStatus.Ok
                || (receipt.Claims.Count == 0 && receipt.FailedOperation is not null),
            "a failed transaction with claims, or without the operation that failed");
    }

    private void CheckFailed(
        ExecutedBlock executed, ExecutedBlock empty, CheckedTransaction transaction, Receipt receipt)
    {
        var content = transaction.Transaction;
        var once = transaction.Signed.EthereumNonce is null
            ? StateKey.OfIntent(new IntentKey(content.Account, content.Signer, content.IntentId))
            : StateKey.OfEthereumNonce(content.Account);
        byte[] mandates = [StateKey.MandateKind, .. content.Account.ToArray()];
        byte[][] allowed =
        [
            once,
            StateKey.OfBalance(new BalanceKey(receipt.FeePayer, receipt.FeeAsset)),
            StateKey.OfBalance(new BalanceKey(FeeAccount.Address, receipt.FeeAsset)),
            StateKey.OfAccount(FeeAccount.Address),
        ];
        foreach (var entry in executed.Delta.Entries)
        {
            var isMandate = content.Signer != content.Account && entry.Key.AsSpan().StartsWith(mandates);
            var isAllowed = isMandate || allowed.Any(key => key.AsSpan().SequenceEqual(entry.Key))
                || empty.Delta.Entries.Any(other => other.Key.AsSpan().SequenceEqual(entry.Key)
                    && (other.Value ?? []).AsSpan().SequenceEqual(entry.Value ?? []));
            Check(isAllowed, "failed, and changed what is under the key " + Convert.ToHexString(entry.Key));
        }

        var paid = world.State.BalanceOf(receipt.FeePayer, receipt.FeeAsset)
            - executed.State.BalanceOf(receipt.FeePayer, receipt.FeeAsset);
        var taken = executed.State.BalanceOf(FeeAccount.Address, receipt.FeeAsset)
            - world.State.BalanceOf(FeeAccount.Address, receipt.FeeAsset);
        Check(paid == receipt.Fee && taken == receipt.Fee, "failed, and its fee is not what was paid");
        Check(executed.Effects.Count == empty.Effects.Count, "failed, and left effects");
    }
}
