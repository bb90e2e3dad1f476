using Busbar.Keys;
using Busbar.Transactions;
using Org.BouncyCastle.Asn1.Nist;
using Org.BouncyCastle.Crypto.Digests;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Crypto.Signers;
using Number = Org.BouncyCastle.Math.BigInteger;

namespace Busbar.Tests.Vectors;

/// <summary>Signatures that are the same each time, whatever the kind of the key.</summary>
internal static class VectorKeys
{
    private static readonly byte[] DeviceSecret = [.. new byte[31], 5];

    /// <summary>A P-256 key, as a device holds one.</summary>
    public static PrivateKey Device { get; } = PrivateKey.Create(KeyKind.P256, DeviceSecret);

    /// <summary>A signed transaction, as it arrives: verified from its bytes.</summary>
    public static Verified<CheckedTransaction> Sign(Transaction transaction, params PrivateKey[] keys)
    {
        var hash = transaction.SigningHash();
        return LedgerWorld.Check(new SignedTransaction(
            transaction, [.. keys.Select(key => new SignatureProof(key.PublicKey, Sign(key, hash)))]));
    }

    /// <summary>P-256 takes k from RFC 6979 here, since a device's random k would change the vectors.</summary>
    public static Signature Sign(PrivateKey key, Hash256 hash)
    {
        if (key != Device)
        {
            return key.Sign(hash);
        }

        var curve = NistNamedCurves.GetByName("P-256");
        var signer = new ECDsaSigner(new HMacDsaKCalculator(new Sha256Digest()));
        var domain = new ECDomainParameters(curve.Curve, curve.G, curve.N);
        signer.Init(true, new ECPrivateKeyParameters(new Number(1, DeviceSecret), domain));
        var pair = signer.GenerateSignature(hash.ToArray());
        var s = pair[1].CompareTo(curve.N.ShiftRight(1)) > 0 ? curve.N.Subtract(pair[1]) : pair[1];
        return new Signature(Word(pair[0]), Word(s));
    }

    private static Hash256 Word(Number number)
    {
        var bytes = number.ToByteArrayUnsigned();
        return new Hash256([.. new byte[32 - bytes.Length], .. bytes]);
    }
}
