using System.Diagnostics.CodeAnalysis;

namespace Busbar.Client;

/// <summary>Why a request came back unpaid.</summary>
/// <param name="Code">The reason: the seller's, or the buyer's own (100 and above).</param>
/// <param name="Detail">A sentence for people.</param>
public sealed record PaymentRefusal(PaymentCode Code, string Detail);

/// <summary>What a <see cref="PayingHandler"/> knows about a response. Thread-safe.</summary>
public static class PaidResponse
{
    private static readonly HttpRequestOptionsKey<PaymentRefusal> RefusalKey = new("Busbar.Refusal");

    /// <summary>Why this response was not paid for, or null when it was or needed no payment.</summary>
    public static PaymentRefusal? GetPaymentRefusal(this HttpResponseMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.RequestMessage is { } request && request.Options.TryGetValue(RefusalKey, out var refusal)
            ? refusal
            : null;
    }

    /// <summary>What the seller took for this response, or null when it took nothing.</summary>
    public static PaymentReceipt? GetPaymentReceipt(this HttpResponseMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return TryGetReceipt(response, out var receipt) ? receipt : null;
    }

    internal static void SetRefusal(HttpRequestMessage request, PaymentRefusal refusal) =>
        request.Options.Set(RefusalKey, refusal);

    private static bool TryGetReceipt(HttpResponseMessage response, [NotNullWhen(true)] out PaymentReceipt? receipt)
    {
        receipt = null;
        return response.Headers.TryGetValues(SessionHeaders.Receipt, out var values)
            && PaymentReceipt.TryDecode(values.First(), out receipt);
    }
}
