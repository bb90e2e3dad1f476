using Busbar.Http402;
using Busbar.Ledger;
using Busbar.Node.Api;
using Busbar.Node.Mempool;
using Busbar.Transactions;

namespace Busbar.Node.X402;

/// <summary>What became of a payment that a seller's server handed in.</summary>
/// <param name="Transaction">The signing hash of what executed; null when nothing did.</param>
/// <param name="Payer">Who pays; null when the request does not say.</param>
/// <param name="Reason">Why not, in x402's words; null when it is good.</param>
/// <param name="Message">The same as a sentence.</param>
internal sealed record FacilitatorAnswer(Hash256? Transaction, Address? Payer, string? Reason, string? Message);

/// <summary>
/// x402's facilitator for scheme `exact`: an EIP-3009 authorization is a transaction of the ledger, so the node submits
/// it as it is and has neither a wallet nor a nonce of its own. Thread-safe. spec/api.md#A-30.
/// </summary>
internal sealed class Facilitator(LedgerReader reader)
{
    /// <summary>The one kind of payment that is settled here, as x402 names it.</summary>
    public NetworkId Network => reader.Genesis.Network;

    /// <summary>Whether a payment would execute now; nothing is kept of it.</summary>
    public async Task<FacilitatorAnswer> VerifyAsync(ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        var (answer, transaction) = await PrepareAsync(body, cancellation);
        if (transaction is null)
        {
            return answer;
        }

        var (inclusion, failure) = await reader.TryOutAsync(transaction, cancellation);
        return inclusion == InclusionStatus.Included ? answer
            : inclusion == InclusionStatus.Duplicate
                ? Refuse(answer.Payer, X402Reason.NonceUsed, "This authorization has executed already.")
            : Refuse(answer.Payer, ReasonOf(inclusion, failure), Sentence(inclusion, failure));
    }

    /// <summary>
    /// Has the ledger execute a payment and waits until it is final. The same authorization again, also one that
    /// another node or anybody else handed in, gives the first result.
    /// </summary>
    public async Task<FacilitatorAnswer> SettleAsync(ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        var (answer, transaction) = await PrepareAsync(body, cancellation);
        if (transaction is null)
        {
            return answer;
        }

        var pending = new PendingTransaction(transaction, transaction.Value.Signed.Encode());
        var hash = transaction.Value.Signed.SigningHash();
        var submission = await reader.Replica.SubmitAsync(pending, cancellation);
        if (submission.Status == MempoolStatus.AlreadyFinal)
        {
            return answer with { Transaction = hash };
        }

        if (submission.Pending is not { } accepted)
        {
            var (inclusion, failure) = await reader.TryOutAsync(transaction, cancellation);
            return submission.Status == MempoolStatus.OperationFails
                ? Refuse(answer.Payer, ReasonOf(inclusion, failure), Sentence(inclusion, failure))
                : Refuse(answer.Payer, ReasonOf(submission.Status), $"The node does not take it: {submission.Status}.");
        }

        return await EndAsync(accepted, answer, hash, cancellation);
    }

    private async Task<FacilitatorAnswer> EndAsync(
        PendingTransaction accepted, FacilitatorAnswer answer, Hash256 hash, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var timer = Task.Delay(NodeLimits.MaxWaitMs, patience.Token);
        await Task.WhenAny(accepted.End, reader.Replica.Completion, timer);
        await patience.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
        if (!accepted.End.IsCompleted)
        {
            return Refuse(answer.Payer, X402Reason.Pending, "It is not final yet; settle it again.") with
            {
                Transaction = hash,
            };
        }

        var end = await accepted.End;
        return end.Status == InclusionStatus.Included
            ? answer with { Transaction = hash }
            : Refuse(answer.Payer, ReasonOf(end.Status, TransactionStatus.Unset), Sentence(end.Status, default));
    }

    // Everything that needs no state, in the order of x402's own facilitator.
    private async Task<(FacilitatorAnswer Answer, Verified<CheckedTransaction>? Transaction)> PrepareAsync(
        ReadOnlyMemory<byte> body, CancellationToken cancellation)
    {
        if (FacilitatorRequest.TryRead(body, out var request) is { } unread)
        {
            return (Refuse(null, unread, "See spec/api.md, rule A-31."), null);
        }

        var (asked, authorization) = (request!.Asked, request.Authorization);
        if (asked.Network != Network)
        {
            return (Refuse(authorization.From, X402Reason.Network, $"This is {Network}."), null);
        }

        var asset = await reader.AssetAsync(asked.Asset, cancellation);
        if (asset is null)
        {
            return (Refuse(authorization.From, X402Reason.Requirements, "There is no such asset."), null);
        }

        if (asset.Name != asked.Name || asset.Version != asked.AssetVersion)
        {
            var reason = asset.Name != asked.Name ? X402Reason.Name : X402Reason.Version;
            return (Refuse(
                authorization.From, reason, $"The asset is \"{asset.Name}\", version \"{asset.Version}\"."), null);
        }

        if (X402Reason.Of(asked.Match(authorization, out var bound)) is { } unlike)
        {
            return (Refuse(bound.From, unlike, "It is not what paymentRequirements ask for."), null);
        }

        var bare = new BareAuthorization(Network, new Operation.TransferWithAuthorization(bound));
        var status = TransactionVerifier.TryVerify(
            new Unverified<SignedTransaction>(bare), Network, out var transaction);
        return transaction is null
            ? (Refuse(bound.From, X402Reason.Signature, $"The transaction is refused: {status}."), null)
            : (new FacilitatorAnswer(null, bound.From, null, null), transaction);
    }

    private static FacilitatorAnswer Refuse(Address? payer, string reason, string message) =>
        new(null, payer, reason, message);

    private static string ReasonOf(MempoolStatus status) => status switch
    {
        MempoolStatus.Expired => X402Reason.ValidBefore,
        MempoolStatus.FeeNotPayable => X402Reason.Balance,
        MempoolStatus.IntentReused or MempoolStatus.NonceUsed => X402Reason.NonceUsed,
        MempoolStatus.QueueFull => X402Reason.Pending,
        _ => X402Reason.Failed,
    };

    private static string ReasonOf(InclusionStatus inclusion, TransactionStatus failure) => (inclusion, failure) switch
    {
        (InclusionStatus.Expired, _) or (_, TransactionStatus.AuthorizationExpired) => X402Reason.ValidBefore,
        (_, TransactionStatus.AuthorizationNotYetValid) => X402Reason.ValidAfter,
        (_, TransactionStatus.AuthorizationUsed or TransactionStatus.AuthorizationCancelled) => X402Reason.NonceUsed,
        (InclusionStatus.FeeNotPayable, _) or (_, TransactionStatus.BalanceTooLow) => X402Reason.Balance,
        _ => X402Reason.Failed,
    };

    private static string Sentence(InclusionStatus inclusion, TransactionStatus failure) =>
        failure == TransactionStatus.Unset
            ? $"The ledger refuses it: {inclusion}."
            : $"The ledger refuses it: {failure}. The payer needs the value and the fee.";
}
