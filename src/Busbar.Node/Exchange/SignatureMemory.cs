using System.Collections.Concurrent;
using Busbar.Keys;

namespace Busbar.Node.Exchange;

/// <summary>
/// Checks validators' signatures and remembers those that were right: a certificate that comes from every peer, or
/// whose votes came one by one before, costs no second check. Bounded: when one generation is full the one before it
/// is forgotten. Thread-safe.
/// </summary>
internal sealed class SignatureMemory
{
    private volatile ConcurrentDictionary<(PublicKey Key, Hash256 Message, Signature Signature), bool> young = new();
    private volatile ConcurrentDictionary<(PublicKey Key, Hash256 Message, Signature Signature), bool> old = new();

    /// <summary>True for a signature by this key over this digest.</summary>
    public bool Check(PublicKey key, Hash256 message, Signature signature)
    {
        var asked = (key, message, signature);
        if (young.ContainsKey(asked) || old.ContainsKey(asked))
        {
            return true;
        }

        // A wrong one is not remembered: garbage must not push out what is right.
        if (!key.Verify(message, signature))
        {
            return false;
        }

        var current = young;
        if (current.Count >= NodeLimits.RememberedSignatures / 2)
        {
            old = current;
            young = current = new ConcurrentDictionary<(PublicKey, Hash256, Signature), bool>();
        }

        current[asked] = true;
        return true;
    }
}
