using Busbar.Ticks;
using CsCheck;

namespace Busbar.Tests.Ticks;

/// <summary>No bytes make a decoder throw, and what decodes encodes to the same bytes again: T-1, T-4, T-15.</summary>
public class TickDecoderFuzzTests
{
    private static readonly byte[][] Seeds = MakeSeeds();

    private static readonly Gen<byte[]> Damaged = Gen.Select(
        Gen.Int[0, Seeds.Length - 1],
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 4000], Gen.Byte).Array[0, 4],
        (seed, edits) => edits.Aggregate(Seeds[seed], Edit));

    [Fact]
    public void T1_T4_T15_random_bytes_never_throw() => Gen.Byte.Array[0, 400].Sample(
        bytes => { Check(bytes); }, iter: 5000);

    [Fact]
    public void T1_T4_T15_damaged_encodings_never_throw_and_some_still_decode()
    {
        var decoded = 0;
        var refused = 0;
        Damaged.Sample(
            bytes =>
            {
                var whole = Check(bytes);
                decoded += whole ? 1 : 0;
                refused += whole ? 0 : 1;
            },
            iter: 20_000,
            threads: 1);
        Assert.True(decoded > 1000 && refused > 1000, $"{decoded} decoded, {refused} refused");
    }

    private static bool Check(byte[] bytes)
    {
        var voucher = TickSamples.DecodeVoucher(bytes, out _);
        var signed = TickSamples.DecodeSignedVoucher(bytes, out _);
        var tick = TickSamples.DecodeTick(bytes, out _);
        var claim = TickSamples.DecodeClaim(bytes, out _);
        Action<CanonicalWriter>?[] writes =
        [
            voucher is null ? null : voucher.Write,
            signed is null ? null : signed.Write,
            tick is { } t ? t.Write : null,
        ];
        foreach (var write in writes)
        {
            Assert.True(write is null || TickSamples.Encode(write).AsSpan().SequenceEqual(bytes));
        }

        if (claim is not null)
        {
            Assert.True(TickSamples.Encode(claim.Write).AsSpan().SequenceEqual(bytes));
            Assert.True(claim.Voucher.IsWellFormed());
            ClaimCheck.Evaluate(claim with { Proof = null });
        }

        return voucher is not null || signed is not null || tick is not null || claim is not null;
    }

    private static byte[] Edit(byte[] bytes, (int Kind, int Where, byte Value) edit)
    {
        if (bytes.Length == 0)
        {
            return [edit.Value];
        }

        var at = edit.Where % bytes.Length;
        return edit.Kind switch
        {
            0 => [.. bytes[..at], (byte)(bytes[at] ^ (1 << (edit.Value % 8))), .. bytes[(at + 1)..]],
            1 => [.. bytes[..at], edit.Value, .. bytes[at..]],
            2 => bytes[..at],
            _ => [.. bytes[..at], .. bytes[(at + 1)..]],
        };
    }

    private static byte[][] MakeSeeds()
    {
        var payer = TickSamples.Generator(4, 4);
        var claim = TickSamples.HonestClaim(payer, 6);
        return
        [
            TickSamples.Encode(payer.Voucher.Write),
            TickSamples.Encode(new SignedVoucher(payer.Voucher, claim.Proof!).Write),
            TickSamples.Encode(payer.TickAt(6).Write),
            TickSamples.Encode(claim.Write),
            TickSamples.Encode((claim with { Proof = null, Tick = null, Path = [] }).Write),
        ];
    }
}
