using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// L-145 what a delegate may do and whom it may pay, L-147 grant, L-148 revoke, L-149 dropping what expired. What a
/// delegate spends is checked and counted where a free balance is debited: <see cref="Objects.CheckDebit"/>.
/// </summary>
internal static class MandateRules
{
    /// <summary>Mandates that one block drops after their expiry: bounds what it costs to begin a block.</summary>
    public const int DroppedPerBlock = 256;

    /// <summary>Drops expired mandates, oldest expiry first. Before the first transaction.</summary>
    public static void BeginBlock(Step step)
    {
        foreach (var key in step.Objects.Mandates.FindExpired(step.Time, DroppedPerBlock))
        {
            step.Objects.Mandates.Set(key, null);
        }
    }

    /// <summary>Whether the delegate, if one acts, may do an operation: checked before its own table.</summary>
    public static TransactionStatus Check(Step step, Operation operation)
    {
        if (step.Objects.Delegation is not { } delegation)
        {
            return TransactionStatus.Ok;
        }

        // Who may grant may revoke what it granted; and nobody needs leave to give a power up.
        var chain = delegation.FindChain();
        var code = operation is Operation.RevokeMandate ? OperationCode.GrantMandate : operation.Code;
        var givesUp = operation is Operation.RevokeMandate revoke && revoke.Signer == delegation.Signer;
        if (chain.Count == 0
            || !TryFindPayee(step.Objects, operation, out var found)
            || (!givesUp && !chain.All(mandate => mandate.Scope.Operations.Contains(code))))
        {
            return TransactionStatus.OperationNotAllowed;
        }

        // What pays the account itself takes nothing from it.
        return found is not { } payee || payee == step.Account
            || chain.All(mandate => mandate.Scope.Payees?.Contains(payee) ?? true)
                ? TransactionStatus.Ok
                : TransactionStatus.PayeeNotAllowed;
    }

    public static TransactionStatus Grant(Step step, Operation.GrantMandate grant, ObjectEvidence evidence)
    {
        var objects = step.Objects;
        if (grant.Signer == step.Account)
        {
            return TransactionStatus.SignerIsAccount;
        }

        if (grant.Expiry <= step.Time)
        {
            return TransactionStatus.MandateExpiryNotAhead;
        }

        if (grant.Expiry.Ms - step.Time.Ms > Mandate.MaxExpiryAheadMs)
        {
            return TransactionStatus.MandateExpiryTooFar;
        }

        var above = objects.Delegation?.FindChain();
        if (above?.Count >= Limits.MandateDepth)
        {
            return TransactionStatus.MandateTooDeep;
        }

        MandateParent? parent = above is null ? null : new MandateParent(above[0].Key.Signer, above[0].Id);
        var key = new MandateKey(step.Account, grant.Signer);
        if (Delegation.TryFindChain(objects, key, step.Time, []))
        {
            return TransactionStatus.MandateExists;
        }

        // From here on it must succeed. A dead mandate of the same key makes room.
        var allowances = grant.Spending.Select(limit => MandateAllowance.Of(limit, step.Time)).ToArray();
        objects.Mandates.Set(key, new Mandate(key, evidence.Id, parent, grant.Expiry, grant.Scope, allowances));
        Report(step, EffectKind.MandateGranted, key, evidence.Id);
        return TransactionStatus.Ok;
    }

    public static TransactionStatus Revoke(Step step, Address signer)
    {
        var objects = step.Objects;
        var key = new MandateKey(step.Account, signer);
        if (objects.Mandates.Find(key) is not { } mandate)
        {
            return TransactionStatus.MandateUnknown;
        }

        var chain = new List<Mandate>();
        if (objects.Delegation is { } delegation
            && Delegation.TryFindChain(objects, key, step.Time, chain)
            && chain.TrueForAll(above => above.Key.Signer != delegation.Signer))
        {
            return TransactionStatus.NotMandateAncestor;
        }

        // From here on it must succeed.
        objects.Mandates.Set(key, null);
        Report(step, EffectKind.MandateRevoked, key, mandate.Id);
        return TransactionStatus.Ok;
    }

    // Whom an operation pays or lets be paid out of what the account decides on, or null for nobody. False for an
    // operation that is not named here: a validator votes itself, and no delegate may do what nobody thought about.
    private static bool TryFindPayee(Objects objects, Operation operation, out Address? payee)
    {
        payee = operation switch
        {
            Operation.Transfer transfer => transfer.To,
            Operation.Mint mint => mint.To,
            Operation.OpenChannel open => open.Payee,
            Operation.TopUpChannel topUp => objects.Channels.Find(topUp.Channel)?.Payee,
            Operation.StartStream start => start.Payee,
            Operation.TopUpStream topUp => objects.Streams.Find(topUp.Stream)?.Payee,
            Operation.LockEscrow escrow => escrow.Payee,
            Operation.ReleaseEscrow release => objects.Escrows.Find(release.Escrow)?.Payee,
            Operation.Approve approve => approve.Spender,
            Operation.TransferFrom take => take.To,
            Operation.DepositX402Channel deposit => deposit.Config.Receiver,
            _ => null,
        };
        return payee is not null || operation is Operation.TopUpChannel or Operation.TopUpStream
            or Operation.ReleaseEscrow or Operation.CreateAsset or Operation.Burn or Operation.Freeze
            or Operation.Unfreeze or Operation.ClaimChannels or Operation.CloseChannel
            or Operation.RequestChannelClose or Operation.WithdrawChannel or Operation.StopStream
            or Operation.WithdrawStream or Operation.RefundEscrow or Operation.GrantMandate
            or Operation.RevokeMandate or Operation.TransferWithAuthorization
            or Operation.ReceiveWithAuthorization or Operation.CancelAuthorization or Operation.Permit
            or Operation.DepositX402ChannelWithAuthorization or Operation.ClaimX402Channels
            or Operation.RefundX402Channel or Operation.RequestX402Withdrawal or Operation.FinishX402Withdrawal;
    }

    private static void Report(Step step, EffectKind kind, MandateKey key, Hash256 id) => step.Effects.Add(new Effect(
        kind, step.Transaction, step.Operation, default, key.Account, key.Signer, Amount.Zero, Reference: id));
}
