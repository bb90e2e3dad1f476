using System.Text.Json.Nodes;
using Busbar.Ticks;

namespace Busbar.Tests.Ticks;

/// <summary>spec/vectors/ticks.json and the code say the same: T-1 to T-12, T-15 and T-16.</summary>
public class TickVectorTests
{
    [Fact]
    public void T1_T5_T16_the_committed_vectors_are_what_the_code_makes()
    {
        var made = TickVectors.Make();
        if (Environment.GetEnvironmentVariable("BUSBAR_WRITE_VECTORS") == "1")
        {
            File.WriteAllText(TickVectors.FilePath, made);
        }

        Assert.Equal(File.ReadAllText(TickVectors.FilePath), made);
    }

    [Fact]
    public void T5_T6_T7_T8_T9_the_vectors_follow_from_the_models_hashes()
    {
        foreach (var item in (JsonNode[])[.. Section("small").AsArray()!, Section("default")])
        {
            var voucher = TickSamples.DecodeVoucher(Bytes(item["voucher"]), out _)!;
            var model = new NaiveTicks(voucher, Bytes(Root["tickSecret"]));
            Assert.Equal(voucher.Root, model.Root);
            foreach (var row in item["ticks"]!.AsArray())
            {
                var tick = TickSamples.DecodeTick(Bytes(row!["encoded"]), out _);
                Assert.Equal(model.TickAt((long)row["number"]!), tick);
                Assert.Equal(model.PathOf(tick!.Value.Chain), Path(row["path"]));
                Assert.Equal(model.ValueOf((long)row["number"]!).ToString(), (string?)row["value"]);
            }

            foreach (var signature in item["signatures"]!.AsArray())
            {
                var signed = TickSamples.DecodeSignedVoucher(Bytes(signature!["signedVoucher"]), out _)!;
                Assert.Equal(voucher, signed.Voucher);
                Assert.True(signed.Proof.Verify(voucher.SigningHash()));
            }
        }
    }

    [Fact]
    public void T10_T11_the_vectors_ticks_are_answered_as_they_say()
    {
        var section = Section("accept");
        var payee = new TickVerifier(TickSamples.DecodeVoucher(Bytes(section["voucher"]), out _)!);
        foreach (var step in section["steps"]!.AsArray())
        {
            // A head does not even decode, so a payee never sees it; the vector gives what a check would say.
            var status = TickSamples.DecodeTick(Bytes(step!["tick"]), out _) is { } tick
                ? payee.Accept(tick, Path(step["path"]))
                : TickStatus.PositionOutOfRange;
            Assert.Equal((string?)step["expected"], status.ToString());
            Assert.Equal((long)step["best"]!, payee.BestNumber);
        }
    }

    [Fact]
    public void T12_T15_T16_the_vectors_claims_successions_and_refusals_are_judged_as_they_say()
    {
        foreach (var item in Section("claims").AsArray())
        {
            var evidence = ClaimCheck.Evaluate(TickSamples.DecodeClaim(Bytes(item!["claim"]), out _)!);
            Assert.Equal((string?)item["fault"], evidence.Fault.ToString());
            Assert.Equal((string?)item["value"], evidence.Value.ToString());
        }

        foreach (var item in Section("successions").AsArray())
        {
            var last = TickSamples.DecodeVoucher(Bytes(item!["last"]), out _)!;
            var next = TickSamples.DecodeVoucher(Bytes(item["next"]), out _)!;
            Assert.True(Amount.TryParseAtomic((string?)item["bestValue"], out var best));
            Assert.Equal((string?)item["expected"], VoucherRules.CheckNext(last, best, next).ToString());
        }

        foreach (var item in Section("malformed").AsArray())
        {
            var error = TickVectors.ErrorOf((string)item!["kind"]!, Bytes(item["bytes"]));
            Assert.NotEqual(DecodeError.Unset, error);
            Assert.Equal((string?)item["error"], error.ToString());
        }
    }

    private static JsonNode Root => JsonNode.Parse(File.ReadAllText(TickVectors.FilePath))!;

    private static JsonNode Section(string name) => Root[name]!;

    private static byte[] Bytes(JsonNode? node) =>
        Hex.TryParse((string?)node, 4096, out var bytes) ? bytes : throw new FormatException("Not hexadecimal.");

    private static TickHash[] Path(JsonNode? node) =>
        node!.AsArray().Select(item => new TickHash(Bytes(item))).ToArray();
}
