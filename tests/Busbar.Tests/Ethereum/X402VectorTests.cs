using System.Globalization;
using System.Text.Json;
using Busbar.Eng;
using Busbar.Ethereum;
using Busbar.Keys;
using Busbar.Transactions;
using static Busbar.Simulation.Model.LedgerWorld;

namespace Busbar.Tests.Ethereum;

public sealed class X402VectorTests
{
    private static readonly JsonElement Vectors = JsonDocument.Parse(File.ReadAllText(
        Path.Combine(Tidy.FindRoot(AppContext.BaseDirectory), "spec", "vectors", "x402.json"))).RootElement;

    [Fact]
    public void E18_L191_ids_vouchers_and_refunds_are_those_of_x402()
    {
        foreach (var vector in Vectors.GetProperty("channels").EnumerateArray())
        {
            var config = ConfigOf(vector.GetProperty("config"));
            var id = config.IdIn(Network);
            Assert.Equal(vector.GetProperty("id").GetString(), id.ToString());

            // Signatures are deterministic, so the digest is the same when the signature is.
            var voucher = vector.GetProperty("voucher");
            var maximum = AmountOf(voucher, "maxClaimableAmount");
            var signer = Wallets.Single(wallet => wallet.Address == config.VoucherSigner);
            var digest = X402.VoucherDigest(Network, id, maximum);
            Assert.Equal(SignatureOf(voucher), signer.SignRecoverable(digest));

            var refund = vector.GetProperty("refund");
            digest = X402.RefundDigest(
                Network, id, refund.GetProperty("nonce").GetUInt64(), AmountOf(refund, "amount"));
            Assert.Equal(SignatureOf(refund), Wallets[1].SignRecoverable(digest));
        }
    }

    [Fact]
    public void L193_a_deposits_nonce_and_signature_are_those_of_x402()
    {
        foreach (var vector in Vectors.GetProperty("channels").EnumerateArray())
        {
            var config = ConfigOf(vector.GetProperty("config"));
            var deposit = vector.GetProperty("deposit");
            var operation = new Operation.DepositX402ChannelWithAuthorization(
                config,
                AmountOf(deposit, "amount"),
                DollarDomain,
                ulong.Parse(Text(deposit, "validAfter"), CultureInfo.InvariantCulture),
                ulong.Parse(Text(deposit, "validBefore"), CultureInfo.InvariantCulture),
                Hash256.Parse(Text(deposit, "salt")),
                SignatureOf(deposit));
            var authorization = operation.AuthorizationFor(config.IdIn(Network));
            Assert.Equal(Text(deposit, "nonce"), authorization.Nonce.ToString());
            Assert.Equal(X402.DepositCollector, authorization.To);
            Assert.Equal(operation, SignDeposit(operation));
        }
    }

    [Fact]
    public void L191_L194_a_claims_signature_is_that_of_x402()
    {
        var claims = Vectors.GetProperty("claims");
        var totals = claims.GetProperty("totals").EnumerateArray().Select(total => total.GetString()!);
        X402Claim[] entries = [.. Vectors.GetProperty("channels").EnumerateArray().Zip(totals, (vector, total) =>
            new X402Claim(
                new ChannelId(Hash256.Parse(Text(vector, "id"))),
                AmountOf(vector.GetProperty("voucher"), "maxClaimableAmount"),
                new Amount(UInt128.Parse(total, CultureInfo.InvariantCulture)),
                default))];
        Assert.Equal(SignatureOf(claims), SignClaims(entries).Signature);
    }

    private static X402ChannelConfig ConfigOf(JsonElement config) => new(
        Address.Parse(Text(config, "payer")),
        Address.Parse(Text(config, "payerAuthorizer")),
        Address.Parse(Text(config, "receiver")),
        Address.Parse(Text(config, "receiverAuthorizer")),
        Address.Parse(Text(config, "token")),
        config.GetProperty("withdrawDelay").GetUInt64(),
        Hash256.Parse(Text(config, "salt")));

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static Amount AmountOf(JsonElement element, string name) =>
        new(UInt128.Parse(Text(element, name), CultureInfo.InvariantCulture));

    private static RecoverableSignature SignatureOf(JsonElement element) =>
        RecoverableSignature.FromBytes(Convert.FromHexString(Text(element, "signature").AsSpan(2)));
}
