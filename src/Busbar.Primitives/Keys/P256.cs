using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace Busbar.Keys;

/// <summary>ECDSA over NIST P-256 (FIPS 186-5), s at most half the group order.</summary>
internal static class P256
{
    private static readonly BigInteger Order = BigInteger.Parse(
        "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
        NumberStyles.HexNumber,
        CultureInfo.InvariantCulture);

    private static readonly BigInteger HalfOrder = Order >> 1;

    public static bool TryDerive(ReadOnlySpan<byte> secret, Span<byte> publicKey)
    {
        var scalar = new BigInteger(secret, isUnsigned: true, isBigEndian: true);
        if (scalar.IsZero || scalar >= Order)
        {
            return false;
        }

        using var key = Import(secret);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        point.X.CopyTo(publicKey);
        point.Y.CopyTo(publicKey[32..]);
        return true;
    }

    public static Signature Sign(ReadOnlySpan<byte> secret, Hash256 digest)
    {
        using var key = Import(secret);
        var bytes = key.SignHash(digest.ToArray(), DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        var s = new BigInteger(bytes.AsSpan(32), isUnsigned: true, isBigEndian: true);
        if (s > HalfOrder)
        {
            bytes.AsSpan(32).Clear();
            var low = (Order - s).ToByteArray(isUnsigned: true, isBigEndian: true);
            low.CopyTo(bytes.AsSpan(Signature.SizeBytes - low.Length));
        }

        return Signature.FromBytes(bytes);
    }

    public static bool Verify(ReadOnlySpan<byte> publicKey, Hash256 digest, Signature signature)
    {
        if (new BigInteger(signature.S.ToArray(), isUnsigned: true, isBigEndian: true) > HalfOrder)
        {
            return false;
        }

        try
        {
            using var key = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = publicKey[..32].ToArray(), Y = publicKey[32..].ToArray() },
            });
            return key.VerifyHash(
                digest.ToArray(), signature.ToArray(), DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            // The platform has no other way to say that X || Y is no point of the curve.
            return false;
        }
    }

    private static ECDsa Import(ReadOnlySpan<byte> secret) => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        D = secret.ToArray(),
    });
}
