using System.Runtime.InteropServices;
using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// Executes the transactions of one block on top of a state, which it does not change. Made by
/// <see cref="LedgerState.Begin"/>; ends with <see cref="Seal"/>, or is simply dropped. Not thread-safe.
/// </summary>
/// <remarks>
/// A transaction that may stand in the block pays its fee first, so that its own operations cannot spend it, then
/// executes all or nothing. L-20 says what may stand in a block, L-30 what an operation may fail with.
/// </remarks>
public sealed class BlockExecution
{
    private readonly LedgerState parent;
    private readonly Objects objects;
    private readonly Step step;
    private readonly BlockRoom room;
    private readonly List<Receipt> receipts = [];
    private readonly List<Hash256> transactionLeaves = [];
    private readonly List<Hash256> receiptLeaves = [];
    private readonly CanonicalWriter writer = new();
    private readonly HashSet<Address> openings = [];
    private bool isSealed;

    internal BlockExecution(LedgerState parent, UnixTime time, ulong uptimeMs, BlockRoom room)
    {
        this.parent = parent;
        this.room = room;
        objects = new Objects(parent.Objects);
        step = new Step(objects, parent, time, uptimeMs);
        GovernanceRules.BeginBlock(step);
        MandateRules.BeginBlock(step);
        objects.Commit();
    }

    /// <summary>Height of the block.</summary>
    public ulong Height => step.Height;

    /// <summary>Time of the block.</summary>
    public UnixTime Time => step.Time;

    /// <summary>Network uptime of the block.</summary>
    public ulong UptimeMs => step.UptimeMs;

    /// <summary>Transactions that stand in the block so far.</summary>
    public int Count => receipts.Count;

    /// <summary>Sum of the sizes of their encodings.</summary>
    public long SizeBytes { get; private set; }

    /// <summary>What the operation failed with because of which the last transaction was OperationFails.</summary>
    public TransactionStatus LastFailure { get; private set; }

    /// <summary>What an account holds after the transactions so far.</summary>
    public Amount BalanceOf(Address account, Address asset) => objects.Balances.Find(new BalanceKey(account, asset));

    /// <summary>The nonce that an account's next Ethereum transaction has, after the transactions so far.</summary>
    public ulong EthereumNonceOf(Address account) => objects.EthereumNonces.Find(account);

    /// <summary>
    /// Executes a transaction at the next position of the block. Anything but
    /// <see cref="InclusionStatus.Included"/> changes nothing and gives no receipt.
    /// </summary>
    /// <exception cref="InvalidOperationException">The block is sealed.</exception>
    public InclusionStatus Apply(Verified<CheckedTransaction> transaction, out Receipt? receipt)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ThrowIfSealed();
        receipt = null;
        objects.Delegation = null;
        var checkedTransaction = transaction.Value;
        var content = checkedTransaction.Transaction;
        var status = Admit(checkedTransaction, out var contentFee, out var fullFee);
        if (status != InclusionStatus.Included)
        {
            return status;
        }

        var cost = BlockCost.Of(checkedTransaction);
        status = room.Check(content, cost);
        if (status != InclusionStatus.Included)
        {
            return status;
        }

        // From here on the transaction stands in the block, unless it must succeed and does not.
        var payer = content.EffectiveFeePayer;
        var effects = step.Effects.Count;
        step.Account = content.Account;
        step.Transaction = receipts.Count;
        step.Claims.Clear();
        PayFee(payer, content.FeeAsset, fullFee);
        var result = Execute(checkedTransaction.Operations, out var failedOperation);
        if (result != TransactionStatus.Ok)
        {
            objects.Rollback();
            step.Effects.RemoveRange(effects, step.Effects.Count - effects);
            step.Claims.Clear();
            if (checkedTransaction.Signed.MustSucceed)
            {
                LastFailure = result;
                return InclusionStatus.OperationFails;
            }

            PayFee(payer, content.FeeAsset, contentFee);
        }

        room.Take(content, cost);
        receipt = new Receipt(
            content.Account,
            content.Signer,
            content.IntentId,
            checkedTransaction.SigningHash,
            result,
            failedOperation,
            payer,
            content.FeeAsset,
            result == TransactionStatus.Ok ? fullFee : contentFee,
            step.Claims.ToArray());
        Record(checkedTransaction, receipt);
        return InclusionStatus.Included;
    }

    /// <summary>Ends the block: computes roots and delta. Called once; Apply may not follow.</summary>
    /// <exception cref="InvalidOperationException">The block is sealed already.</exception>
    public ExecutedBlock Seal()
    {
        ThrowIfSealed();
        isSealed = true;
        var dropped = DropOldRecords();
        var (tree, delta) = StateSealer.Seal(parent.Tree, objects, dropped);
        var state = new LedgerState(parent.Genesis, Height, Time, UptimeMs, objects, tree, parent);
        return new ExecutedBlock(
            state,
            state.StateRoot,
            MerkleList.Root(CollectionsMarshal.AsSpan(transactionLeaves)),
            MerkleList.Root(CollectionsMarshal.AsSpan(receiptLeaves)),
            receipts,
            delta,
            step.Effects);
    }

    private void ThrowIfSealed()
    {
        if (isSealed)
        {
            throw new InvalidOperationException("The block is sealed.");
        }
    }

    private InclusionStatus Admit(CheckedTransaction transaction, out Amount contentFee, out Amount fullFee)
    {
        contentFee = Amount.Zero;
        fullFee = Amount.Zero;
        var content = transaction.Transaction;
        var status = AdmitIntent(transaction);
        if (status != InclusionStatus.Included)
        {
            return status;
        }

        // An address that is reserved never acts, whatever key it has.
        if (objects.IsReserved(content.Account) || !AdmitSigner(content))
        {
            return InclusionStatus.SignerNotAuthorised;
        }

        if (parent.Tariff.FindRate(content.FeeAsset) is not { } rate)
        {
            return InclusionStatus.FeeAssetNotListed;
        }

        (contentFee, fullFee) = FeeSchedule.FeesOf(parent.Tariff, rate, content, objects, openings);
        if (fullFee > content.MaxFee)
        {
            return InclusionStatus.FeeAboveMaximum;
        }

        var debit = objects.CheckDebit(content.EffectiveFeePayer, content.FeeAsset, fullFee);
        if (debit == TransactionStatus.MandateLimitPassed)
        {
            return InclusionStatus.FeeBeyondMandate;
        }

        return debit == TransactionStatus.Ok ? InclusionStatus.Included : InclusionStatus.FeeNotPayable;
    }

    // From here on, whatever is taken from the account's balances counts for a delegate's mandates, fees included.
    private bool AdmitSigner(Transaction content)
    {
        if (content.Signer == content.Account)
        {
            return true;
        }

        objects.Delegation = new Delegation(objects, new MandateKey(content.Account, content.Signer), Time);
        return objects.Delegation.FindChain().Count > 0;
    }

    private InclusionStatus AdmitIntent(CheckedTransaction transaction)
    {
        var content = transaction.Transaction;
        if (content.Network != parent.Genesis.Network)
        {
            return InclusionStatus.WrongNetwork;
        }

        if (transaction.Signed is EthereumTransaction raw)
        {
            return AdmitNonce(raw);
        }

        var validUntil = content.IntentId.ValidUntil;
        if (validUntil < Time)
        {
            return InclusionStatus.Expired;
        }

        if (validUntil.Ms - Time.Ms > transaction.Signed.MaxAheadMs(parent.Genesis.Parameters.MaxIntentAheadMs))
        {
            return InclusionStatus.TooFarAhead;
        }

        var key = new IntentKey(content.Account, content.Signer, content.IntentId);
        if (objects.Intents.Records.Find(key) is { } record && !Mutants.Off(Mutant.IntentUnchecked))
        {
            return record.SigningHash == transaction.SigningHash
                ? InclusionStatus.Duplicate
                : InclusionStatus.IntentReused;
        }

        return InclusionStatus.Included;
    }

    // What a relay added to it must be what this network says, so that nobody can make it pay in another asset.
    private InclusionStatus AdmitNonce(EthereumTransaction raw)
    {
        var account = raw.Transaction.Account;
        var next = objects.EthereumNonces.Find(account);
        if (raw.Raw.Nonce != next)
        {
            return raw.Raw.Nonce < next ? InclusionStatus.NonceUsed : InclusionStatus.NonceAhead;
        }

        var feeAsset = parent.Genesis.Tariff.FeeAssets[0].Asset;
        return raw.Transaction.FeeAsset == feeAsset && raw.FeeDecimals == objects.Assets.Find(feeAsset)?.Decimals
            ? InclusionStatus.Included
            : InclusionStatus.FeeAssetNotListed;
    }

    private void PayFee(Address payer, Address asset, Amount fee)
    {
        objects.Debit(payer, asset, fee);
        objects.Credit(FeeAccount.Address, asset, fee);
    }

    private TransactionStatus Execute(IReadOnlyList<CheckedOperation> operations, out int? failedOperation)
    {
        for (var i = 0; i < operations.Count; i++)
        {
            step.Operation = i;
            var status = MandateRules.Check(step, operations[i].Operation);
            status = status == TransactionStatus.Ok ? Execute(operations[i]) : status;
            if (status != TransactionStatus.Ok)
            {
                failedOperation = i;
                return status;
            }
        }

        failedOperation = null;
        return TransactionStatus.Ok;
    }

    private TransactionStatus Execute(CheckedOperation checkedOperation)
    {
        var (operation, evidence) = checkedOperation;
        switch (operation)
        {
            case Operation.Transfer transfer:
                return TransferRules.Apply(step, transfer);
            case Operation.CreateAsset create:
                return AssetRules.Create(step, create, (ObjectEvidence)evidence!);
            case Operation.Mint mint:
                return AssetRules.Mint(step, mint);
            case Operation.Burn burn:
                return AssetRules.Burn(step, burn);
            case Operation.Freeze freeze:
                return AssetRules.Freeze(step, freeze);
            case Operation.Unfreeze unfreeze:
                return AssetRules.Unfreeze(step, unfreeze);
            case Operation.OpenChannel open:
                return ChannelRules.Open(step, open, (ChannelOpeningEvidence)evidence!);
            case Operation.TopUpChannel topUp:
                return ChannelRules.TopUp(step, topUp);
            case Operation.ClaimChannels:
                ClaimRules.Apply(step, ((ClaimsEvidence)evidence!).Claims);
                return TransactionStatus.Ok;
            case Operation.CloseChannel close:
                return ChannelRules.Close(step, close.Channel);
            case Operation.RequestChannelClose request:
                return ChannelRules.RequestClose(step, request.Channel);
            case Operation.WithdrawChannel withdraw:
                return ChannelRules.Withdraw(step, withdraw.Channel);
            case Operation.StartStream start:
                return StreamRules.Start(step, start, (ObjectEvidence)evidence!);
            case Operation.TopUpStream topUp:
                return StreamRules.TopUp(step, topUp);
            case Operation.StopStream stop:
                return StreamRules.Stop(step, stop.Stream);
            case Operation.WithdrawStream withdraw:
                return StreamRules.Withdraw(step, withdraw.Stream);
            case Operation.LockEscrow escrow:
                return EscrowRules.Lock(step, escrow, (ObjectEvidence)evidence!);
            case Operation.ReleaseEscrow release:
                return EscrowRules.Release(step, release.Escrow, (EscrowReleaseEvidence)evidence!);
            case Operation.RefundEscrow refund:
                return EscrowRules.Refund(step, refund.Escrow);
            case Operation.GrantMandate grant:
                return MandateRules.Grant(step, grant, (ObjectEvidence)evidence!);
            case Operation.RevokeMandate revoke:
                return MandateRules.Revoke(step, revoke.Signer);
            case Operation.TransferWithAuthorization transfer:
                return AuthorizationRules.Transfer(step, transfer.Authorization, (SignerEvidence)evidence!);
            case Operation.ReceiveWithAuthorization receive:
                return AuthorizationRules.Receive(step, receive.Authorization, (SignerEvidence)evidence!);
            case Operation.CancelAuthorization cancel:
                return AuthorizationRules.Cancel(step, cancel, (SignerEvidence)evidence!);
            case Operation.Approve approve:
                return AllowanceRules.Approve(step, approve);
            case Operation.TransferFrom transfer:
                return AllowanceRules.TransferFrom(step, transfer);
            case Operation.Permit permit:
                return AllowanceRules.Permit(step, permit, (SignerEvidence)evidence!);
            case Operation.DepositX402Channel deposit:
                return X402ChannelRules.Deposit(step, deposit, (X402DepositEvidence)evidence!);
            case Operation.DepositX402ChannelWithAuthorization deposit:
                return X402ChannelRules.Deposit(step, deposit, (X402DepositEvidence)evidence!);
            case Operation.ClaimX402Channels claims:
                X402ClaimRules.Apply(step, claims, (X402ClaimsEvidence)evidence!);
                return TransactionStatus.Ok;
            case Operation.RefundX402Channel refund:
                return X402ChannelRules.Refund(step, refund, (SignerEvidence?)evidence);
            case Operation.RequestX402Withdrawal request:
                return X402ChannelRules.RequestWithdrawal(step, request);
            case Operation.FinishX402Withdrawal finish:
                return X402ChannelRules.FinishWithdrawal(step, finish.Channel);
            case Operation.CastVote vote:
                return GovernanceRules.CastVote(step, vote.Proposal);
            default:
                throw new InvariantBrokenException("every operation has rules");
        }
    }

    private void Record(CheckedTransaction transaction, Receipt receipt)
    {
        var content = transaction.Transaction;
        if (transaction.Signed.EthereumNonce is { } nonce)
        {
            objects.EthereumNonces.Set(content.Account, nonce + 1);
        }
        else
        {
            objects.Intents.Add(
                new IntentKey(content.Account, content.Signer, content.IntentId),
                new IntentRecord(transaction.SigningHash, receipt.Status, Height, receipts.Count));
        }

        objects.Commit();
        writer.Clear();
        receipt.Write(writer);
        receiptLeaves.Add(MerkleList.HashItem(writer.WrittenSpan));
        transactionLeaves.Add(transaction.LeafHash);
        receipts.Add(receipt);
        SizeBytes += transaction.SizeBytes;
    }

    private List<ulong> DropOldRecords()
    {
        var first = IntentMinutes.FirstRemembered(Time, parent.Genesis.Parameters.RetentionMs);
        var dropped = parent.Tree.Minutes.Keys.TakeWhile(minute => minute < first).ToList();
        foreach (var minute in dropped)
        {
            objects.Intents.Drop(minute);
        }

        objects.Authorizations.Seal(Time);
        objects.Commit();
        return dropped;
    }
}
