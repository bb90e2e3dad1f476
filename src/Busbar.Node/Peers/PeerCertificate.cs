using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Busbar.Keys;
using PublicKey = Busbar.Keys.PublicKey;

namespace Busbar.Node.Peers;

/// <summary>
/// The TLS certificate of a node: self-signed, P-256, with an extension that holds the node's Ed25519 key and that
/// key's signature over [tag, network, the certificate's public key]. Whoever shows it in a handshake has the P-256
/// key, and whoever has that was named by the Ed25519 key. spec/consensus.md#C-61.
/// </summary>
internal static class PeerCertificate
{
    /// <summary>The extension, in the arc of UUIDs, which needs no registration.</summary>
    public const string ExtensionId = "2.25.267093511284573961208436540113718240837";

    private const int KeySizeBytes = 32;

    /// <summary>Makes a certificate with a fresh P-256 key.</summary>
    public static X509Certificate2 Create(NetworkId network, PrivateKey key, DateTimeOffset now)
    {
        using var tlsKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var signature = key.Sign(SigningHash(network, tlsKey.ExportSubjectPublicKeyInfo()));
        byte[] proof = [.. key.PublicKey.Bytes, .. signature.ToArray()];
        return Create(tlsKey, now, new X509Extension(ExtensionId, proof, critical: false));
    }

    /// <summary>Makes a certificate with these extensions, whatever they say: the part that tests share.</summary>
    internal static X509Certificate2 Create(ECDsa tlsKey, DateTimeOffset now, params X509Extension[] extensions)
    {
        var request = new CertificateRequest("CN=busbar-node", tlsKey, HashAlgorithmName.SHA256);
        foreach (var extension in extensions)
        {
            request.CertificateExtensions.Add(extension);
        }

        return request.CreateSelfSigned(now - NodeLimits.PeerClockSkew, now + NodeLimits.PeerCertificateLife);
    }

    /// <summary>The key that a certificate proves; false when it proves none on this network at this time.</summary>
    public static bool TryRead(
        X509Certificate2? certificate, NetworkId network, DateTimeOffset now, [NotNullWhen(true)] out PublicKey? key)
    {
        key = null;
        if (certificate is null || now < certificate.NotBefore || now > certificate.NotAfter)
        {
            return false;
        }

        var proofs = certificate.Extensions.Where(extension => extension.Oid?.Value == ExtensionId).ToArray();
        if (proofs.Length != 1 || proofs[0].RawData.Length != KeySizeBytes + Signature.SizeBytes
            || !PublicKey.TryCreate(KeyKind.Ed25519, proofs[0].RawData.AsSpan(0, KeySizeBytes), out var claimed))
        {
            return false;
        }

        var signature = Signature.FromBytes(proofs[0].RawData.AsSpan(KeySizeBytes));
        var hash = SigningHash(network, certificate.PublicKey.ExportSubjectPublicKeyInfo());
        if (!claimed.Verify(hash, signature))
        {
            return false;
        }

        key = claimed;
        return true;
    }

    internal static Hash256 SigningHash(NetworkId network, byte[] publicKeyInfo) => Hash256.Sha256(
        new CanonicalWriter(192).Array(3).Text(DomainTag.PeerCertificate).Number(network.ChainId).Bytes(publicKeyInfo)
            .WrittenSpan);
}
