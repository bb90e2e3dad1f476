using System.Text;
using Busbar.Client;
using Busbar.Http402;
using Busbar.Node;
using Busbar.Node.Config;
using Busbar.Node.Storage;
using Busbar.Simulation.Model;
using Busbar.Ticks;

namespace Busbar.Simulation.Fuzzing;

// What people, buyers and sellers write.
internal static partial class FuzzTargets
{
    private static readonly PaymentTerms Terms = new(
        LedgerWorld.Network,
        LedgerWorld.Dollar,
        LedgerWorld.AddressOf(1),
        new Amount(100_000),
        new Amount(5_000_000),
        60_000);

    private static IEnumerable<FuzzTarget> OfSessions(FuzzSources sources, FuzzCorpus corpus)
    {
        var ticks = corpus.Ticks;
        var tick = ticks.TickAt(9);
        var hashText = Hash256.Sha256("a"u8);
        yield return sources.Text(
            "TickHeader",
            [
                new TickHeader(ticks.Voucher.Channel, tick, ticks.PathOf(tick.Chain)).Encode(),
                new TickHeader(ticks.Voucher.Channel, tick, []).Encode(),
            ],
            (string text, out TickHeader value) => TickHeader.TryDecode(text, out value!),
            value => value.Encode(),
            InputShape.Base64OfCbor,
            "TickHeader.TryDecode");
        yield return sources.Text(
            "VoucherHeader",
            corpus.Claims.Select(claim => new VoucherHeader(claim.Voucher, claim.Proof).Encode()),
            (string text, out VoucherHeader value) => VoucherHeader.TryDecode(text, out value!),
            value => value.Encode(),
            InputShape.Base64OfCbor,
            "VoucherHeader.TryDecode");
        yield return sources.Text(
            "BestToken",
            corpus.Claims.Select(BestToken.Encode),
            (string text, out Claim value) => BestToken.TryDecode(text, out value!),
            BestToken.Encode,
            InputShape.Base64OfCbor,
            "BestToken.TryDecode",
            "HeaderBytes.TryDecode");
        yield return sources.Text(
            "PaymentReceipt",
            [new PaymentReceipt(new ChannelId(hashText), 1, 9, new Amount(7), LedgerWorld.Start).Encode()],
            (string text, out PaymentReceipt value) => PaymentReceipt.TryDecode(text, out value!),
            value => value.Encode(),
            InputShape.Base64OfText,
            "PaymentReceipt.TryDecode");
        yield return Json(
            sources,
            "PaymentTerms",
            [Terms.ToJson()],
            (byte[] input, out PaymentTerms value) => PaymentTerms.TryParse(input, out value!),
            value => value.ToJson(),
            "PaymentTerms.TryParse",
            "JsonFields.TryParse");
        yield return Json(
            sources,
            "PaymentProblem",
            [new PaymentProblem(PaymentCode.TickMalformed, "why", corpus.Claims.First()).ToJson(402)],
            (byte[] input, out PaymentProblem value) => (value = PaymentProblem.Parse(input)).Code != PaymentCode.Unset,
            value => value.ToJson(402),
            "PaymentProblem.Parse");
    }

    private static IEnumerable<FuzzTarget> OfTexts(FuzzSources sources)
    {
        var hash = Hash256.Sha256("a"u8);
        var address = LedgerWorld.AddressOf(1).ToString();
        string[] addresses = [address, address[2..], address.ToLowerInvariant()];
        string[] hashes = [hash.ToString(), hash.ToString()[2..]];
        yield return Value<Address>(sources, addresses, Address.TryParse);
        yield return Value<Hash256>(sources, hashes, Hash256.TryParse);
        yield return Value<ChannelId>(sources, hashes, ChannelId.TryParse);
        yield return Value<StreamId>(sources, hashes, StreamId.TryParse);
        yield return Value<EscrowId>(sources, hashes, EscrowId.TryParse);
        yield return Value<IntentId>(sources, [hash.ToString()[..34], hash.ToString()[2..34]], IntentId.TryParse);
        yield return Value<NetworkId>(sources, [LedgerWorld.Network.ToString(), "eip155:1"], NetworkId.TryParse);
        yield return Value<EventId>(sources, ["17.3.2", "0.0.0"], EventId.TryParse);
        yield return sources.Text<Amount>(
            "Amount",
            ["1", "250000", Amount.MaxValue.ToString()],
            Amount.TryParseAtomic,
            static value => value.ToString(),
            covers: "Amount.TryParseAtomic");
        yield return sources.Text(
            "AmountInUnits",
            ["1", "0.0001", "12.5", "340282366920938463463374607431.768211455"],
            static (string text, out Amount value) => Amount.TryParseUnits(text, 9, out value),
            static value => value.ToUnits(9),
            covers: "Amount.TryParseUnits");
        yield return sources.Text(
            "Hex",
            ["0x00ff", "abcdef", "0x"],
            static (string text, out byte[] value) => Hex.TryParse(text, Limits.TransactionSizeBytes, out value),
            static value => Hex.Format(value),
            covers: "Hex.TryParse");
        yield return sources.Text(
            "KeyText",
            [KeyText.Format(DevelopmentKeys.Validator(0).PublicKey)],
            static (string text, out Keys.PublicKey value) => KeyText.TryParse(text, out value!),
            KeyText.Format,
            covers: "KeyText.TryParse");
    }

    private static FuzzTarget Value<T>(FuzzSources sources, string[] corpus, FuzzParse<T> parse)
        where T : struct =>
        sources.Text(
            typeof(T).Name, corpus, parse, static value => value.ToString()!, covers: typeof(T).Name + ".TryParse");

    private static DecoderTarget<T> Json<T>(
        FuzzSources sources,
        string name,
        byte[][] corpus,
        FuzzDecode<T> decode,
        Func<T, byte[]> encode,
        params string[] covers) =>
        new(name, sources, InputShape.Text, corpus, decode, encode, EncodedForm.TheUsual, covers);
}
