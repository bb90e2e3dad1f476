using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.EC;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Org.BouncyCastle.Math;
using Org.BouncyCastle.Math.EC;
using Org.BouncyCastle.Math.EC.Multiplier;

namespace Busbar.Keys;

/// <summary>
/// ECDSA over secp256k1 (SEC 2 §2.4.1), nonces by RFC 6979 with SHA-256, s at most half the group order.
/// </summary>
internal static class Secp256k1
{
    // The curve with arithmetic of its own: the generic one of the same package costs five times the processor time.
    private static readonly ECDomainParameters Domain = new(CustomNamedCurves.GetByName("secp256k1"));
    private static readonly BigInteger HalfOrder = Domain.N.ShiftRight(1);

    public static bool TryDerive(ReadOnlySpan<byte> secret, Span<byte> publicKey)
    {
        var scalar = new BigInteger(1, secret);
        if (scalar.SignValue == 0 || scalar.CompareTo(Domain.N) >= 0)
        {
            return false;
        }

        var point = new FixedPointCombMultiplier().Multiply(Domain.G, scalar).Normalize();
        WriteUnsigned(point.AffineXCoord.ToBigInteger(), publicKey[..32]);
        WriteUnsigned(point.AffineYCoord.ToBigInteger(), publicKey[32..]);
        return true;
    }

    public static Signature Sign(ReadOnlySpan<byte> secret, Hash256 digest)
    {
        var signer = new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest()));
        signer.Init(true, new ECPrivateKeyParameters(new BigInteger(1, secret), Domain));
        var parts = signer.GenerateSignature(digest.ToArray());
        var s = parts[1].CompareTo(HalfOrder) > 0 ? Domain.N.Subtract(parts[1]) : parts[1];
        Span<byte> bytes = stackalloc byte[Signature.SizeBytes];
        WriteUnsigned(parts[0], bytes[..32]);
        WriteUnsigned(s, bytes[32..]);
        return Signature.FromBytes(bytes);
    }

    public static bool Verify(ReadOnlySpan<byte> publicKey, Hash256 digest, Signature signature)
    {
        var s = new BigInteger(1, signature.S.ToArray());
        if (s.CompareTo(HalfOrder) > 0 || !TryPoint(publicKey, out var point))
        {
            return false;
        }

        var verifier = new ECDsaSigner();
        verifier.Init(false, new ECPublicKeyParameters(point, Domain));
        return verifier.VerifySignature(digest.ToArray(), new BigInteger(1, signature.R.ToArray()), s);
    }

    /// <summary>
    /// The key that made a signature (SEC 1 §4.1.6), r taken as the X of the point R: an X at or above the group order,
    /// which no signer meets, is never one. False for a signature that is not canonical.
    /// </summary>
    public static bool TryRecover(Hash256 digest, Signature signature, bool isOddY, Span<byte> publicKey)
    {
        var r = new BigInteger(1, signature.R.ToArray());
        var s = new BigInteger(1, signature.S.ToArray());
        if (r.SignValue == 0 || r.CompareTo(Domain.N) >= 0 || s.SignValue == 0 || s.CompareTo(HalfOrder) > 0)
        {
            return false;
        }

        var x = Domain.Curve.FromBigInteger(r);
        var y = x.Square().Add(Domain.Curve.A).Multiply(x).Add(Domain.Curve.B).Sqrt();
        if (y is null)
        {
            return false;
        }

        if (y.TestBitZero() != isOddY)
        {
            y = y.Negate();
        }

        var point = Domain.Curve.CreatePoint(r, y.ToBigInteger());
        var inverse = r.ModInverse(Domain.N);
        var e = new BigInteger(1, digest.ToArray());
        var key = ECAlgorithms.SumOfTwoMultiplies(
            Domain.G,
            e.Negate().Multiply(inverse).Mod(Domain.N),
            point,
            s.Multiply(inverse).Mod(Domain.N)).Normalize();
        if (key.IsInfinity)
        {
            return false;
        }

        WriteUnsigned(key.AffineXCoord.ToBigInteger(), publicKey[..32]);
        WriteUnsigned(key.AffineYCoord.ToBigInteger(), publicKey[32..]);
        return true;
    }

    private static bool TryPoint(ReadOnlySpan<byte> publicKey, out ECPoint point)
    {
        var x = new BigInteger(1, publicKey[..32]);
        var y = new BigInteger(1, publicKey[32..]);
        var prime = Domain.Curve.Field.Characteristic;
        if (x.CompareTo(prime) >= 0 || y.CompareTo(prime) >= 0)
        {
            point = Domain.Curve.Infinity;
            return false;
        }

        point = Domain.Curve.CreatePoint(x, y);
        return point.IsValid() && !point.IsInfinity;
    }

    private static void WriteUnsigned(BigInteger value, Span<byte> destination)
    {
        destination.Clear();
        var size = value.GetLengthofByteArrayUnsigned();
        value.ToByteArrayUnsigned(destination[(destination.Length - size)..]);
    }
}
