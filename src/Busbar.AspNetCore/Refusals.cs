using Busbar.Client;
using Microsoft.AspNetCore.Http;

namespace Busbar.AspNetCore;

/// <summary>How a refusal is answered: status, sentence and body. spec/http.md#H-20.</summary>
internal static class Refusals
{
    public static async Task AnswerAsync(HttpContext http, PaymentProblem problem)
    {
        var status = StatusOf(problem.Code);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/problem+json";
        http.Response.Headers.CacheControl = "no-store";
        await http.Response.Body.WriteAsync(problem.ToJson(status), http.RequestAborted);
    }

    /// <summary>A refusal for which the code says everything.</summary>
    public static PaymentProblem ProblemOf(PaymentCode code) => new(code, DetailOf(code), null);

    /// <summary>A sentence for people about a code.</summary>
    public static string DetailOf(PaymentCode code) => code switch
    {
        PaymentCode.PaymentRequired => "Pay as one of the offers in the headers says.",
        PaymentCode.VoucherRequired => "Send the channel's voucher along in Busbar-Voucher.",
        PaymentCode.NodeUnavailable => "The seller's node does not answer; try again.",
        PaymentCode.DepositExceeded => "Top the channel up and send the same tick again.",
        PaymentCode.PaymentTooSmall => "The price is in the challenge; send a larger tick or a new voucher.",
        PaymentCode.TickAlreadyUsed => "This tick paid for another request; send the next one.",
        PaymentCode.ChargeAlreadyUsed => "This authorization paid for another request; sign a new one.",
        PaymentCode.ChallengeUnknown => "Answer the challenge of this response.",
        PaymentCode.OfferMismatch => "Sign what the offer says: network, asset, recipient and amount, to the atom.",
        PaymentCode.SettlementPending => "The ledger has not answered yet; send the same request again.",
        PaymentCode.TickPathRequired => "Send the path of this chain along.",
        PaymentCode.VoucherBaseTooLow or PaymentCode.VoucherEpochNotHigher or PaymentCode.TickWrongEpoch =>
            "Sign the next voucher on the best token that comes along.",
        _ => $"The payment was refused: {code}. Rules: spec/http.md.",
    };

    private static int StatusOf(PaymentCode code) => code switch
    {
        PaymentCode.TickMalformed or PaymentCode.VoucherMalformed or PaymentCode.CredentialMalformed =>
            StatusCodes.Status400BadRequest,
        PaymentCode.HeaderTooLarge => StatusCodes.Status431RequestHeaderFieldsTooLarge,
        PaymentCode.BodyTooLarge => StatusCodes.Status413PayloadTooLarge,
        PaymentCode.TickAlreadyUsed or PaymentCode.ChargeAlreadyUsed or PaymentCode.ResponseNotKept =>
            StatusCodes.Status409Conflict,
        PaymentCode.NodeUnavailable or PaymentCode.SellerBusy or PaymentCode.SettlementPending =>
            StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status402PaymentRequired,
    };
}
