namespace Busbar.Keys;

/// <summary>A signature with the public key that made it: [kind, public key, signature].</summary>
public sealed record SignatureProof(PublicKey Key, Signature Signature)
{
    /// <summary>True when the key signed the 32 bytes.</summary>
    public bool Verify(Hash256 signingHash) => Key.Verify(signingHash, Signature);

    /// <summary>Writes an array of three items.</summary>
    public void Write(CanonicalWriter writer)
    {
        Span<byte> bytes = stackalloc byte[Signature.SizeBytes];
        Signature.CopyTo(bytes);
        writer.Array(3);
        Key.Write(writer);
        writer.Bytes(bytes);
    }

    /// <summary>Reads an array of three items; null after an error.</summary>
    public static SignatureProof? Read(ref CanonicalReader reader)
    {
        reader.Array(3);
        var key = PublicKey.Read(ref reader);
        var bytes = reader.Bytes(Signature.SizeBytes);
        return reader.Failed || key is null ? null : new SignatureProof(key, Signature.FromBytes(bytes));
    }
}
