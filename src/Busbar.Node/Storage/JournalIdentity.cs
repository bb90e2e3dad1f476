using Busbar.Keys;

namespace Busbar.Node.Storage;

/// <summary>Whose votes a journal holds: a validator key in one network.</summary>
/// <param name="Digest">SHA-256 of [public key, digest of genesis].</param>
public readonly record struct JournalIdentity(Hash256 Digest)
{
    /// <summary>The identity of a key in the network of a genesis.</summary>
    public static JournalIdentity Of(PublicKey key, Hash256 genesis)
    {
        var writer = new CanonicalWriter();
        writer.Array(2).Array(2);
        key.Write(writer);
        writer.Hash(genesis);
        return new JournalIdentity(Hash256.Sha256(writer.WrittenSpan));
    }
}
