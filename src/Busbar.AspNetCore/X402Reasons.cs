using Busbar.Client;
using Busbar.Transactions;

namespace Busbar.AspNetCore;

/// <summary>Refusals in x402's own words, which its clients act on.</summary>
internal static class X402Reasons
{
    public static string Of(ChargeRefusal refusal) => refusal.Code switch
    {
        PaymentCode.CredentialMalformed or PaymentCode.HeaderTooLarge => "invalid_payload",
        PaymentCode.OfferMismatch or PaymentCode.ChallengeUnknown => "invalid_payment_requirements",
        PaymentCode.WrongPayee => "invalid_exact_evm_recipient_mismatch",
        PaymentCode.PaymentTooSmall => "invalid_exact_evm_payload_authorization_value_mismatch",
        PaymentCode.AuthorizationSignatureWrong => "invalid_exact_evm_signature",
        PaymentCode.AuthorizationExpired => "invalid_exact_evm_payload_authorization_valid_before",
        PaymentCode.AuthorizationNotYetValid => "invalid_exact_evm_payload_authorization_valid_after",
        PaymentCode.ChargeAlreadyUsed => "invalid_exact_evm_nonce_already_used",
        PaymentCode.SettlementPending => "settlement_pending",
        PaymentCode.LedgerRefusesPayment => OfLedger(refusal.Detail ?? ""),
        _ => "unexpected_settle_error",
    };

    private static string OfLedger(string detail) =>
        detail.Contains(nameof(TransactionStatus.AuthorizationUsed), StringComparison.Ordinal)
            ? "invalid_exact_evm_nonce_already_used"
        : detail.Contains(nameof(TransactionStatus.BalanceTooLow), StringComparison.Ordinal)
            || detail.Contains("FeeNotPayable", StringComparison.Ordinal)
            ? "invalid_exact_evm_insufficient_balance"
            : "invalid_exact_evm_transaction_failed";
}
