using Busbar.Client;
using Busbar.Http402;
using Busbar.Transactions;

namespace Busbar.AspNetCore;

/// <summary>Refusals in x402's own words, which its clients act on.</summary>
internal static class X402Reasons
{
    public static string Of(ChargeRefusal refusal) => refusal.Code switch
    {
        PaymentCode.CredentialMalformed or PaymentCode.HeaderTooLarge => X402Reason.Payload,
        PaymentCode.OfferMismatch or PaymentCode.ChallengeUnknown => X402Reason.Requirements,
        PaymentCode.WrongPayee => X402Reason.Recipient,
        PaymentCode.PaymentTooSmall => X402Reason.Value,
        PaymentCode.AuthorizationSignatureWrong => X402Reason.Signature,
        PaymentCode.AuthorizationExpired => X402Reason.ValidBefore,
        PaymentCode.AuthorizationNotYetValid => X402Reason.ValidAfter,
        PaymentCode.ChargeAlreadyUsed => X402Reason.NonceUsed,
        PaymentCode.SettlementPending => X402Reason.Pending,
        PaymentCode.LedgerRefusesPayment => OfLedger(refusal.Detail ?? ""),
        _ => X402Reason.Unexpected,
    };

    private static string OfLedger(string detail) =>
        detail.Contains(nameof(TransactionStatus.AuthorizationUsed), StringComparison.Ordinal)
            ? X402Reason.NonceUsed
        : detail.Contains(nameof(TransactionStatus.BalanceTooLow), StringComparison.Ordinal)
            || detail.Contains("FeeNotPayable", StringComparison.Ordinal)
            ? X402Reason.Balance
            : X402Reason.Failed;
}
