using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Busbar.Ethereum;
using Busbar.Transactions;

namespace Busbar.Http402;

/// <summary>
/// One way to pay: scheme `exact` by an EIP-3009 authorization [PaymentRequirements]. spec/http.md#H-31.
/// </summary>
/// <param name="Network">The network.</param>
/// <param name="Asset">What is paid.</param>
/// <param name="PayTo">Who is paid.</param>
/// <param name="Amount">How much, to the atom.</param>
/// <param name="TimeoutSeconds">How long the buyer's authorization should be good.</param>
/// <param name="Name">The asset's name, which the signature's domain has.</param>
/// <param name="AssetVersion">The asset's version, which the signature's domain has.</param>
public sealed record X402Exact(
    NetworkId Network,
    Address Asset,
    Address PayTo,
    Amount Amount,
    ulong TimeoutSeconds,
    string Name,
    string AssetVersion)
{
    /// <summary>Its name.</summary>
    public const string Scheme = "exact";

    /// <summary>Writes an object.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("scheme", Scheme);
        json.WriteString("network", Network.ToString());
        json.WriteString("amount", Amount.ToString());
        json.WriteString("asset", Asset.ToString());
        json.WriteString("payTo", PayTo.ToString());
        json.WriteNumber("maxTimeoutSeconds", TimeoutSeconds);
        json.WriteStartObject("extra");
        json.WriteString("assetTransferMethod", "eip3009");
        json.WriteString("name", Name);
        json.WriteString("version", AssetVersion);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>
    /// Compares an authorization with what is asked for, and finds who signed it under the asset's domain.
    /// </summary>
    /// <param name="unbound">The authorization, under no domain yet.</param>
    /// <param name="bound">The same under the domain of the asset.</param>
    public ExactMatch Match(Authorization unbound, out Authorization bound)
    {
        ArgumentNullException.ThrowIfNull(unbound);
        bound = unbound with { Domain = Eip712.DomainOf(Name, AssetVersion, Network, Asset) };
        return bound.To != PayTo ? ExactMatch.OtherPayee
            : bound.Value < Amount ? ExactMatch.TooLittle
            : bound.Value > Amount ? ExactMatch.TooMuch
            : bound.Signature.Recover(Eip712.TransferDigest(bound))?.Address != bound.From
                ? ExactMatch.SignatureWrong
            : ExactMatch.Matches;
    }

    /// <summary>Reads a way to pay; false for another scheme, another way to transfer, or nonsense.</summary>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out X402Exact? exact) =>
        TryRead(json, "amount", out exact);

    /// <summary>The same, with another name of the amount.</summary>
    public static bool TryRead(JsonElement json, string amountName, [NotNullWhen(true)] out X402Exact? exact)
    {
        exact = null;
        if (json.ValueKind == JsonValueKind.Object && JsonFields.Text(json, "scheme") == Scheme
            && NetworkId.TryParse(JsonFields.Text(json, "network"), out var network)
            && Address.TryParse(JsonFields.Text(json, "asset"), out var asset)
            && Address.TryParse(JsonFields.Text(json, "payTo"), out var payTo)
            && Amount.TryParseAtomic(JsonFields.Text(json, amountName), out var amount)
            && json.TryGetProperty("maxTimeoutSeconds", out var timeout)
            && timeout.ValueKind == JsonValueKind.Number && timeout.TryGetUInt64(out var seconds)
            && json.TryGetProperty("extra", out var extra) && extra.ValueKind == JsonValueKind.Object
            && JsonFields.Text(extra, "assetTransferMethod") is null or "eip3009")
        {
            exact = new X402Exact(
                network,
                asset,
                payTo,
                amount,
                seconds,
                JsonFields.Text(extra, "name") ?? "",
                JsonFields.Text(extra, "version") ?? "");
        }

        return exact is not null;
    }
}

/// <summary>How an authorization compares with what is asked for; the first that applies.</summary>
public enum ExactMatch
{
    /// <summary>No answer.</summary>
    Unset = 0,

    /// <summary>It is what is asked for.</summary>
    Matches = 1,

    /// <summary>It pays somebody else.</summary>
    OtherPayee = 2,

    /// <summary>It pays less.</summary>
    TooLittle = 3,

    /// <summary>It pays more.</summary>
    TooMuch = 4,

    /// <summary>Whom it debits did not sign it.</summary>
    SignatureWrong = 5,
}
