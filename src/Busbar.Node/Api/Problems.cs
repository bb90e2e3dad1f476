using Busbar.Api;
using Busbar.Node.Mempool;
using Busbar.Transactions;
using Microsoft.AspNetCore.Http;

namespace Busbar.Node.Api;

/// <summary>Errors of the API: RFC 9457 bodies with a code that programs act on. spec/api.md#A-3.</summary>
internal static class Problems
{
    public const string MediaType = "application/problem+json";

    public static IResult Of(int status, string code, string title, string? detail = null) => Results.Json(
        new ApiProblem("about:blank", title, status, code, detail),
        ApiJson.Default.ApiProblem,
        MediaType,
        status);

    public static IResult BadValue(string name, string wanted) => Of(
        StatusCodes.Status400BadRequest, "BadValue", $"The value of {name} is not valid.", $"It must be {wanted}.");

    public static IResult NotFound(string code, string title, string? detail = null) =>
        Of(StatusCodes.Status404NotFound, code, title, detail);

    public static IResult OutsideRetention(string title, string detail) =>
        Of(StatusCodes.Status410Gone, "OutsideRetention", title, detail);

    public static IResult Undecodable(DecodeError error) => error == DecodeError.WrongLength
        ? Of(
            StatusCodes.Status400BadRequest,
            nameof(DecodeError.WrongLength),
            "A part of the transaction, or all of it, is longer or shorter than its format allows.",
            $"A signed transaction has at most {Limits.TransactionSizeBytes} bytes.")
        : Of(
            StatusCodes.Status400BadRequest,
            error.ToString(),
            "The bytes are not the encoding of a transaction.",
            "Encode it as spec/encoding.md says: deterministic CBOR, nothing after the last item.");

    /// <summary>A body that cannot be read, by the status that the server gives it.</summary>
    public static IResult OfBody(int status) => status switch
    {
        StatusCodes.Status413PayloadTooLarge => TooLarge(),
        StatusCodes.Status408RequestTimeout => Of(
            StatusCodes.Status408RequestTimeout, "TooSlow", "The body came too slowly.", "Send it again."),
        _ => BadValue("the body", "whole, and framed as HTTP says"),
    };

    public static IResult TooLarge() => Of(
        StatusCodes.Status413PayloadTooLarge,
        "TooLarge",
        "The request body is too large.",
        $"A signed transaction has at most {Limits.TransactionSizeBytes} bytes.");

    public static IResult UnsupportedMediaType() => Of(
        StatusCodes.Status415UnsupportedMediaType,
        "UnsupportedMediaType",
        "The body is neither CBOR nor JSON.",
        "Send the encoding as application/cbor, or {\"transaction\":\"0x…\"} as application/json.");

    public static IResult Unverified(VerificationStatus status) => Of(
        StatusCodes.Status422UnprocessableEntity,
        status.ToString(),
        "The transaction was refused before any state was looked at.",
        "See spec/ledger.md, rule L-3. The same bytes will always be refused.");

    public static IResult NotIncluded(InclusionStatus status) => Of(
        StatusCodes.Status422UnprocessableEntity,
        status.ToString(),
        "The transaction may not stand in a block.",
        "See spec/ledger.md, rule L-20. Nothing was recorded and nothing charged.");

    public static IResult NotQueued(MempoolStatus status) => status switch
    {
        MempoolStatus.IntentReused => Of(
            StatusCodes.Status409Conflict,
            nameof(MempoolStatus.IntentReused),
            "Another transaction has this intent id.",
            "Each payment has an intent id of its own; send the first content again to get its result."),
        MempoolStatus.QueueFull => Of(
            StatusCodes.Status503ServiceUnavailable,
            nameof(MempoolStatus.QueueFull),
            "This node has as many transactions waiting as it may.",
            "Send the same transaction again in a moment; it cannot be paid twice."),
        MempoolStatus.AccountQueueFull => Of(
            StatusCodes.Status429TooManyRequests,
            nameof(MempoolStatus.AccountQueueFull),
            "The account, its fee payer, or all young accounts have as many transactions waiting as they may.",
            "Send the same transaction again when some are final; it cannot be paid twice."),
        MempoolStatus.NonceUsed => Of(
            StatusCodes.Status409Conflict,
            nameof(MempoolStatus.NonceUsed),
            "Another transaction of this account has this Ethereum nonce.",
            "Sign with the account's next nonce; a transaction that waits is not replaced."),
        MempoolStatus.NonceAhead => Of(
            StatusCodes.Status422UnprocessableEntity,
            nameof(MempoolStatus.NonceAhead),
            "The transaction with the Ethereum nonce before this one is not known here.",
            "Send the account's transactions in the order of their nonces, without a gap."),
        MempoolStatus.Expired or MempoolStatus.TooFarAhead or MempoolStatus.SignerNotAuthorised
            or MempoolStatus.FeeAssetNotListed or MempoolStatus.FeeAboveMaximum or MempoolStatus.FeeNotPayable
            or MempoolStatus.FeeBeyondMandate => Of(
                StatusCodes.Status422UnprocessableEntity,
                status.ToString(),
                "The transaction could not stand in the next block.",
                "See spec/ledger.md, rule L-20. Nothing was recorded and nothing charged."),
        MempoolStatus.OperationFails or MempoolStatus.Unset or MempoolStatus.Added or MempoolStatus.AlreadyPending
            or MempoolStatus.AlreadyFinal or _ => throw new InvariantBrokenException("only a refusal is a problem"),
    };

    public static IResult OperationFails(TransactionStatus failure) => Of(
        StatusCodes.Status422UnprocessableEntity,
        nameof(MempoolStatus.OperationFails),
        $"The authorization cannot execute as the ledger stands ({failure}).",
        "See spec/ledger.md, rules L-163 and L-182. Nothing was recorded and nothing charged.");

    public static IResult Stopping() => Of(
        StatusCodes.Status503ServiceUnavailable,
        "NodeStopping",
        "This node is stopping.",
        "Send the same transaction again to another node, or here when it is back; it cannot be paid twice.");
}
