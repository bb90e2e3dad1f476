using Busbar.Keys;
using Busbar.Ticks;
using CsCheck;

namespace Busbar.Tests.Ticks;

/// <summary>Vouchers, keys and generators of inputs that the tick tests share.</summary>
internal static class TickSamples
{
    public static readonly NetworkId Network = new(402402);
    public static readonly ChannelId Channel = new(Hash256.Sha256("channel"u8));
    public static readonly ChannelId OtherChannel = new(Hash256.Sha256("other channel"u8));
    public static readonly byte[] Secret = Enumerable.Range(1, 32).Select(i => (byte)i).ToArray();
    public static readonly PrivateKey VoucherKey = PrivateKey.Create(KeyKind.Ed25519, Secret);

    /// <summary>m or k of at most 16.</summary>
    public static readonly Gen<int> SmallPower = Gen.Int[0, 4].Select(log => 1 << log);

    /// <summary>Terms with few ticks and any amounts that do not overflow.</summary>
    public static readonly Gen<Voucher> Terms = Gen.Select(
        SmallPower,
        SmallPower,
        Gen.ULong,
        Gen.ULong,
        Gen.ULong[1, ulong.MaxValue],
        (heads, length, epoch, @base, tickValue) => new Voucher(
            Network, Channel, epoch, new Amount(@base), new Amount(tickValue), heads, length, TickHash.Zero));

    public static TickGenerator Generator(
        int heads, int length, ulong tickValue = 7, ulong @base = 1000, ulong epoch = 1, ChannelId? channel = null) =>
        TickGenerator.Create(
            Network, channel ?? Channel, epoch, new Amount(@base), new Amount(tickValue), heads, length, Secret);

    public static TickGenerator Generator(Voucher terms) => TickGenerator.Create(
        terms.Network, terms.Channel, terms.Epoch, terms.Base, terms.TickValue, terms.Heads, terms.Length, Secret);

    public static SignatureProof Sign(this PrivateKey key, Voucher voucher) =>
        new(key.PublicKey, key.Sign(voucher.SigningHash()));

    public static Claim HonestClaim(TickGenerator payer, long number)
    {
        var tick = payer.TickAt(number);
        return new Claim(payer.Voucher, VoucherKey.Sign(payer.Voucher), tick, payer.PathOf(tick.Chain));
    }

    public static byte[] Encode(Action<CanonicalWriter> write)
    {
        var writer = new CanonicalWriter();
        write(writer);
        return writer.ToArray();
    }

    public static Voucher? DecodeVoucher(ReadOnlySpan<byte> bytes, out DecodeError error)
    {
        var reader = new CanonicalReader(bytes);
        var voucher = Voucher.Read(ref reader);
        var whole = reader.Finish();
        error = reader.Error;
        return whole ? voucher : null;
    }

    public static SignedVoucher? DecodeSignedVoucher(ReadOnlySpan<byte> bytes, out DecodeError error)
    {
        var reader = new CanonicalReader(bytes);
        var voucher = SignedVoucher.Read(ref reader);
        var whole = reader.Finish();
        error = reader.Error;
        return whole ? voucher : null;
    }

    public static Tick? DecodeTick(ReadOnlySpan<byte> bytes, out DecodeError error)
    {
        var reader = new CanonicalReader(bytes);
        var tick = Tick.Read(ref reader);
        var whole = reader.Finish();
        error = reader.Error;
        return whole ? tick : null;
    }

    public static Claim? DecodeClaim(ReadOnlySpan<byte> bytes, out DecodeError error)
    {
        var reader = new CanonicalReader(bytes);
        var claim = Claim.Read(ref reader);
        var whole = reader.Finish();
        error = reader.Error;
        return whole ? claim : null;
    }
}
