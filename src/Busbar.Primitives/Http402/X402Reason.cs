namespace Busbar.Http402;

/// <summary>Why a payment is refused, in x402's own words: errorReason and invalidReason. spec/http.md#H-35.</summary>
public static class X402Reason
{
    /// <summary>The payment does not decode.</summary>
    public const string Payload = "invalid_payload";

    /// <summary>What is asked for does not decode, or is nothing that this side settles.</summary>
    public const string Requirements = "invalid_payment_requirements";

    /// <summary>Another scheme.</summary>
    public const string Scheme = "invalid_exact_evm_scheme";

    /// <summary>Another network.</summary>
    public const string Network = "invalid_exact_evm_network_mismatch";

    /// <summary>It pays somebody else.</summary>
    public const string Recipient = "invalid_exact_evm_recipient_mismatch";

    /// <summary>It pays another amount.</summary>
    public const string Value = "invalid_exact_evm_payload_authorization_value_mismatch";

    /// <summary>Whom it debits did not sign it.</summary>
    public const string Signature = "invalid_exact_evm_signature";

    /// <summary>Its time is over.</summary>
    public const string ValidBefore = "invalid_exact_evm_payload_authorization_valid_before";

    /// <summary>Its time has not come.</summary>
    public const string ValidAfter = "invalid_exact_evm_payload_authorization_valid_after";

    /// <summary>Its nonce was used or cancelled.</summary>
    public const string NonceUsed = "invalid_exact_evm_nonce_already_used";

    /// <summary>The payer has less than the value and the fee.</summary>
    public const string Balance = "invalid_exact_evm_insufficient_balance";

    /// <summary>The asset's name in the requirements is another.</summary>
    public const string Name = "invalid_exact_evm_token_name_mismatch";

    /// <summary>The asset's version in the requirements is another.</summary>
    public const string Version = "invalid_exact_evm_token_version_mismatch";

    /// <summary>The ledger refuses it for another reason.</summary>
    public const string Failed = "invalid_exact_evm_transaction_failed";

    /// <summary>The ledger has not answered yet.</summary>
    public const string Pending = "settlement_pending";

    /// <summary>Something else.</summary>
    public const string Unexpected = "unexpected_settle_error";

    /// <summary>The reason that goes with how an authorization compares; null when it matches.</summary>
    public static string? Of(ExactMatch match) => match switch
    {
        ExactMatch.Matches => null,
        ExactMatch.OtherPayee => Recipient,
        ExactMatch.TooLittle or ExactMatch.TooMuch => Value,
        ExactMatch.SignatureWrong => Signature,
        ExactMatch.Unset or _ => throw new InvariantBrokenException("a comparison has an answer"),
    };
}
