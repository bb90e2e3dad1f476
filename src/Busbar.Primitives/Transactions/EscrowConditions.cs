namespace Busbar.Transactions;

/// <summary>
/// What releases an escrow: a preimage, or attestors, or both together where both are given. Wire: two items, the
/// hash lock or null and [threshold, [address…]] or null. spec/ledger.md#L-131.
/// </summary>
/// <param name="HashLock">SHA-256 of exactly 32 bytes that a release must show, or null.</param>
/// <param name="Attestors">Who must attest, or null.</param>
public sealed record EscrowConditions(Hash256? HashLock, AttestorSet? Attestors)
{
    /// <summary>True when there is a condition and its attestors are within their limits.</summary>
    public bool IsWellFormed() => (HashLock is not null || Attestors is not null) && Attestors?.IsWellFormed() != false;

    /// <summary>Writes two items.</summary>
    public void Write(CanonicalWriter writer)
    {
        if (HashLock is { } hash)
        {
            writer.Hash(hash);
        }
        else
        {
            writer.Null();
        }

        if (Attestors is { } attestors)
        {
            attestors.Write(writer);
        }
        else
        {
            writer.Null();
        }
    }

    /// <summary>Reads two items; null after an error.</summary>
    public static EscrowConditions? Read(ref CanonicalReader reader)
    {
        Hash256? hashLock = reader.TryNull() ? null : reader.Hash();
        var attestors = reader.TryNull() ? null : AttestorSet.Read(ref reader);
        if (hashLock is null && attestors is null)
        {
            reader.Fail(DecodeError.OutOfRange);
        }

        return reader.Failed ? null : new EscrowConditions(hashLock, attestors);
    }
}

/// <summary>So many of these accounts' keys must attest. Wire: [threshold, [address…]].</summary>
/// <param name="Threshold">1 to the number of attestors.</param>
/// <param name="Addresses">1 to <see cref="Limits.EscrowAttestors"/> addresses in strictly rising order.</param>
public sealed record AttestorSet(int Threshold, IReadOnlyList<Address> Addresses)
{
    /// <summary>True when threshold, number and order are right.</summary>
    public bool IsWellFormed()
    {
        for (var i = 1; i < Addresses.Count; i++)
        {
            if (Addresses[i] <= Addresses[i - 1])
            {
                return false;
            }
        }

        return Addresses.Count is >= 1 and <= Limits.EscrowAttestors
            && Threshold >= 1 && Threshold <= Addresses.Count;
    }

    /// <summary>Writes an array of two items.</summary>
    public void Write(CanonicalWriter writer)
    {
        writer.Array(2).Number((ulong)Threshold).Array(Addresses.Count);
        foreach (var address in Addresses)
        {
            writer.Address(address);
        }
    }

    /// <summary>Reads an array of two items; null after an error.</summary>
    public static AttestorSet? Read(ref CanonicalReader reader)
    {
        reader.Array(2);
        var threshold = (int)reader.Number(Limits.EscrowAttestors);
        var addresses = new Address[reader.Array(1, Limits.EscrowAttestors)];
        for (var i = 0; i < addresses.Length; i++)
        {
            addresses[i] = reader.Address();
        }

        var attestors = new AttestorSet(threshold, addresses);
        if (!attestors.IsWellFormed())
        {
            reader.Fail(DecodeError.OutOfRange);
        }

        return reader.Failed ? null : attestors;
    }
}
