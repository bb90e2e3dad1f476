using System.Text;
using Busbar.Client;
using Busbar.Ethereum;
using Busbar.Http402;
using Busbar.Keys;
using Busbar.Node.Config;
using Busbar.Node.Storage;
using Busbar.Simulation.Model;
using Busbar.Ticks;
using Busbar.Transactions;

namespace Busbar.Simulation.Fuzzing;

public static partial class FuzzTargets
{
    private static readonly Hash256 SomeHash = Hash256.Sha256([7]);

    private static IEnumerable<FuzzTarget> OfTexts()
    {
        yield return new TextTarget("address", [LedgerWorld.AddressOf(1).ToString()], text =>
            Address.TryParse(text, out var value) ? value.ToString() : null);
        yield return new TextTarget("hash", [SomeHash.ToString()], text =>
            Hash256.TryParse(text, out var value) ? value.ToString() : null);
        yield return new TextTarget("channel", [SomeHash.ToString()], text =>
            ChannelId.TryParse(text, out var value) ? value.ToString() : null);
        yield return new TextTarget("stream", [SomeHash.ToString()], text =>
            StreamId.TryParse(text, out var value) ? value.ToString() : null);
        yield return new TextTarget("escrow", [SomeHash.ToString()], text =>
            EscrowId.TryParse(text, out var value) ? value.ToString() : null);
        yield return new TextTarget("intent", ["0x" + new string('7', 2 * IntentId.SizeBytes)], text =>
            IntentId.TryParse(text, out var value) ? value.ToString() : null);
        yield return new TextTarget("network", ["eip155:402402", "eip155:1"], text =>
            NetworkId.TryParse(text, out var value) ? value.ToString() : null);
        string[] amounts = ["0", "1", "1000000000", Amount.MaxValue.ToString()];
        yield return new TextTarget("amount", amounts, text =>
            Amount.TryParseAtomic(text, out var value) ? value.ToString() : null);
        yield return new TextTarget("units", ["0", "1000000000", "0.000000001", "12.5"], text =>
            Amount.TryParseUnits(text, 9, out var value) ? value.ToUnits(9) : null);
        yield return new TextTarget("hex", ["0x", "0x00ff", SomeHash.ToString()], text =>
            Hex.TryParse(text, 64, out var value) ? Hex.Format(value) : null);
        yield return new TextTarget("key", [KeyText.Format(LedgerWorld.Pairs[0].PublicKey)], text =>
            KeyText.TryParse(text, out var key) ? KeyText.Format(key) : null);
        yield return new TextTarget("event-id", ["1.0.0", "18446744073709551615.65535.3"], text =>
            EventId.TryParse(text, out var id) ? id.ToString() : null);
    }

    private static IEnumerable<FuzzTarget> OfBuyersAndSellers()
    {
        var ticks = TickGenerator.Create(
            LedgerWorld.Network, new ChannelId(SomeHash), 1, Amount.Zero, new Amount(100), 4, 64, new byte[32]);
        var tick = ticks.TickAt(70);
        var proof = new SignatureProof(
            LedgerWorld.Pairs[0].PublicKey, LedgerWorld.Pairs[0].Sign(ticks.Voucher.SigningHash()));
        var header = new TickHeader(new ChannelId(SomeHash), tick, ticks.PathOf(tick.Chain));
        yield return new TextTarget("tick-header", [header.Encode()], text =>
            TickHeader.TryDecode(text, out var one) ? one.Encode() : null);
        string[] vouchers =
            [new VoucherHeader(ticks.Voucher, proof).Encode(), new VoucherHeader(ticks.Voucher, null).Encode()];
        yield return new TextTarget("voucher-header", vouchers, text =>
            VoucherHeader.TryDecode(text, out var one) ? one.Encode() : null);
        var claim = new Claim(ticks.Voucher, proof, tick, ticks.PathOf(tick.Chain));
        yield return new TextTarget("best-token", [BestToken.Encode(claim)], text =>
            BestToken.TryDecode(text, out var one) ? BestToken.Encode(one) : null);
        var terms = new PaymentTerms(
            LedgerWorld.Network, LedgerWorld.Dollar, LedgerWorld.AddressOf(0), new Amount(5), new Amount(500), 900_000);
        yield return new TextTarget("payment-terms", [Encoding.UTF8.GetString(terms.ToJson())], text =>
            PaymentTerms.TryParse(Encoding.UTF8.GetBytes(text), out var one)
                ? Encoding.UTF8.GetString(one.ToJson())
                : null);
        var problem = new PaymentProblem(PaymentCode.TickWrongEpoch, "why", claim);
        yield return new TextTarget("payment-problem", [Encoding.UTF8.GetString(problem.ToJson(402))], text =>
            Encoding.UTF8.GetString(PaymentProblem.Parse(Encoding.UTF8.GetBytes(text)).ToJson(402)));
        var receipt = new PaymentReceipt(
            new ChannelId(SomeHash), 3, 77, new Amount(12), new UnixTime(1_800_000_000_000));
        yield return new TextTarget("payment-receipt", [receipt.Encode()], text =>
            PaymentReceipt.TryDecode(text, out var one) ? one.Encode() : null);
        foreach (var target in OfCharges())
        {
            yield return target;
        }
    }

    private static IEnumerable<FuzzTarget> OfCharges()
    {
        var exact = new X402Exact(
            LedgerWorld.Network, LedgerWorld.Dollar, LedgerWorld.AddressOf(0), new Amount(5), 300, "Dollar", "1");
        var resource = new Uri("http://127.0.0.1/x");
        var offer = X402Offer.Encode(resource, "PaymentTooSmall", [exact]);
        yield return new TextTarget("x402-offer", [offer], text =>
            X402Offer.Decode(text) is { Count: > 0 } known
                ? X402Offer.Encode(resource, null, known.Select(one => one.Exact))
                : null);
        var authorization = new LedgerWorld().Write3009();
        var (_, json) = X402Offer.Decode(offer)[0];
        yield return new TextTarget("x402-payment", [X402Payment.Encode(json, authorization)], text =>
            X402Payment.TryDecode(text, out var one)
                ? X402Payment.Encode(
                    X402Offer.Decode(X402Offer.Encode(resource, null, [one.Accepted]))[0].Json, one.Authorization)
                : null);
        string[] settled =
        [
            new X402Settlement(SomeHash, LedgerWorld.Network, LedgerWorld.AddressOf(0), null).Encode(),
            new X402Settlement(null, LedgerWorld.Network, null, "insufficient_funds").Encode(),
        ];
        yield return new TextTarget("x402-settlement", settled, text =>
            X402Settlement.TryDecode(text, out var one) ? one.Encode() : null);
        var charge = new EvmCharge(
            LedgerWorld.Network, LedgerWorld.Dollar, LedgerWorld.AddressOf(0), new Amount(5), 9);
        var request = System.Buffers.Text.Base64Url.EncodeToString(charge.ToJson());
        var challenge = AuthChallenge.Create(
            [1], new AuthChallenge("", "shop", "evm", "charge", request, "2026-11-23T00:00:00Z", null, "e30"));
        var credential = EvmCredential.Encode(challenge, LedgerWorld.Network, authorization);
        yield return new TextTarget("evm-credential", [credential["Payment ".Length..]], text =>
            EvmCredential.TryDecode(text, out var one)
                ? EvmCredential.Encode(one.Challenge, one.Charge.Network, one.Authorization)["Payment ".Length..]
                : null);
        yield return new TextTarget("challenge", [challenge.ToHeader()], text =>
        {
            using var response = new HttpResponseMessage();
            response.Headers.TryAddWithoutValidation("WWW-Authenticate", text);
            return AuthChallenge.FindAll(response.Headers.WwwAuthenticate).FirstOrDefault()?.ToHeader();
        });
    }
}
