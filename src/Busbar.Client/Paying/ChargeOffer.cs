using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Busbar.Transactions;

namespace Busbar.Client;

/// <summary>
/// What a response asks one authorization for, in the words of x402 or of MPP. spec/http.md#H-31, spec/http.md#H-40.
/// </summary>
internal sealed class ChargeOffer
{
    // However long a seller wants an authorization to be good, and however short: clocks differ by seconds.
    private const ulong MaxValiditySeconds = 3_600;
    private const ulong MinValiditySeconds = 30;

    private readonly AuthChallenge? challenge;
    private readonly JsonElement json;
    private readonly ulong validSeconds;

    private ChargeOffer(X402Exact exact, JsonElement json)
    {
        (Network, Asset, Payee, Price) = (exact.Network, exact.Asset, exact.PayTo, exact.Amount);
        (Name, Version) = (exact.Name, exact.AssetVersion);
        this.json = json;
        validSeconds = Math.Clamp(exact.TimeoutSeconds, MinValiditySeconds, MaxValiditySeconds);
    }

    private ChargeOffer(AuthChallenge challenge, EvmCharge charge)
    {
        (Network, Asset, Payee, Price) = (charge.Network, charge.Asset, charge.Recipient, charge.Amount);
        this.challenge = challenge;
        validSeconds = MaxValiditySeconds;
    }

    public NetworkId Network { get; }

    public Address Asset { get; }

    public Address Payee { get; }

    public Amount Price { get; }

    /// <summary>The asset's name as the seller writes it; null where it does not.</summary>
    public string? Name { get; }

    /// <summary>The asset's version as the seller writes it; null where it does not.</summary>
    public string? Version { get; }

    /// <summary>The offers of a response, x402's first.</summary>
    public static IReadOnlyList<ChargeOffer> FindAll(HttpResponseMessage response)
    {
        var x402 = response.Headers.TryGetValues(X402Headers.Required, out var values)
            ? X402Offer.Decode(values.First()).Select(one => new ChargeOffer(one.Exact, one.Json))
            : [];
        var charges = AuthChallenge.FindAll(response.Headers.WwwAuthenticate)
            .Select(one => EvmCharge.TryParse(one, out var charge) ? new ChargeOffer(one, charge) : null)
            .OfType<ChargeOffer>();
        return [.. x402, .. charges];
    }

    /// <summary>Signs what is asked for.</summary>
    public SignedCharge Sign(Wallet wallet)
    {
        var nonce = challenge is null
            ? new Hash256(RandomNumberGenerator.GetBytes(Hash256.SizeBytes))
            : EvmCharge.NonceOf(challenge);
        var authorization = wallet.Authorize(Asset, Payee, Price, EndSecond(), nonce).Authorization;
        return challenge is null
            ? new SignedCharge(X402Headers.Payment, X402Payment.Encode(json, authorization), Price)
            : new SignedCharge("Authorization", EvmCredential.Encode(challenge, Network, authorization), Price);
    }

    /// <summary>The operation that would be signed, for what it costs.</summary>
    public Operation.TransferWithAuthorization Unsigned(Address from) => new(
        new Authorization(Asset, default, from, Payee, Price, 0, 0, default, default));

    private ulong EndSecond()
    {
        var last = (ulong)DateTimeOffset.UtcNow.ToUnixTimeSeconds() + validSeconds;
        return challenge?.Expires is { } text && DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end)
            ? Math.Min(last, (ulong)Math.Max(0, end.ToUnixTimeSeconds()))
            : last;
    }
}
