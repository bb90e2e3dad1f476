using Busbar.Api;
using Busbar.Ledger;
using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Client.Light;

/// <summary>
/// Checks proofs, from wherever they came, and says in the ledger's words what they prove. Needs no network. Stateless
/// and thread-safe.
/// </summary>
public static class ProofReader
{
    /// <summary>Checks a proof; everything it gives is true of a final block of the network.</summary>
    /// <param name="proof">The proof.</param>
    /// <param name="anchor">What is trusted.</param>
    /// <exception cref="BusbarException">ProofInvalid: it proves nothing.</exception>
    public static ProvedFact Read(LedgerProof proof, TrustAnchor anchor)
    {
        ArgumentNullException.ThrowIfNull(proof);
        ArgumentNullException.ThrowIfNull(anchor);
        var status = proof.Check(anchor.Network, anchor.Validators, out var reached);
        if (status != ProofStatus.Valid)
        {
            throw new BusbarException("ProofInvalid", $"The proof does not hold: {status}.");
        }

        return new ProvedFact(proof.Header, reached, proof.Cost, OutcomeOf(proof, anchor));
    }

    /// <summary>Checks a proof as the API gives it.</summary>
    /// <exception cref="BusbarException">ProofInvalid: it is no proof, or proves nothing.</exception>
    public static ProvedFact Read(ProofInfo file, TrustAnchor anchor)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (!Hex.TryParse(file.Proof, LedgerProof.MaxSizeBytes, out var bytes))
        {
            throw new BusbarException("ProofInvalid", "The proof is not hexadecimal text.");
        }

        var error = LedgerProof.TryDecode(bytes, out var proof);
        return proof is null
            ? throw new BusbarException("ProofInvalid", $"The bytes are no proof ({error}).")
            : Read(proof, anchor);
    }

    private static ProvedOutcome OutcomeOf(LedgerProof proof, TrustAnchor anchor) => proof.Statement switch
    {
        Statement.Object one => ObjectOf(one),
        Statement.Intent intent => IntentOf(intent, proof.Header, anchor),
        Statement.Executed executed => new ProvedOutcome.Executed(executed.Receipt),
        Statement.Included included => new ProvedOutcome.Included(included.Encoded),
        _ => throw new InvariantBrokenException("statements are a closed set"),
    };

    private static ProvedOutcome ObjectOf(Statement.Object one)
    {
        if (one.Key.Length == 0)
        {
            throw new BusbarException("ProofInvalid", "The proof is about a key that no object has.");
        }

        if (one.Key.Length != 1 + (2 * Address.SizeBytes) || one.Key[0] != StateKey.BalanceKind)
        {
            return new ProvedOutcome.State(one.Key, one.Value);
        }

        var reader = new CanonicalReader(one.Value);
        var amount = one.Value is null ? Amount.Zero : reader.Amount();
        Invariant.Check(one.Value is null || reader.Finish());
        return new ProvedOutcome.Balance(
            new Address(one.Key.AsSpan(1, Address.SizeBytes)),
            new Address(one.Key.AsSpan(1 + Address.SizeBytes)),
            amount);
    }

    private static ProvedOutcome.Intent IntentOf(Statement.Intent intent, BlockHeader header, TrustAnchor anchor)
    {
        if (!StateKey.TryParseIntent(intent.Key, out var key))
        {
            throw new BusbarException("ProofInvalid", "The proof is about a key that no ledger has.");
        }

        if (intent.Record is { } bytes)
        {
            var reader = new CanonicalReader(bytes);
            var record = IntentRecord.Read(ref reader);
            Invariant.Check(record is not null && reader.Finish());
            return new ProvedOutcome.Intent(key, IntentState.Executed, record);
        }

        var state = !IntentMinutes.Remembers(header.Time, anchor.RetentionMs, key.Id) ? IntentState.Forgotten
            : header.Time > key.Id.ValidUntil ? IntentState.Never
            : IntentState.Open;
        return new ProvedOutcome.Intent(key, state, null);
    }
}

/// <summary>What a proof shows.</summary>
/// <param name="Header">The final block it is about.</param>
/// <param name="Validators">The validators of that block's epoch: what may be trusted from here on.</param>
/// <param name="Cost">What checking it took.</param>
/// <param name="Outcome">What it shows.</param>
public sealed record ProvedFact(BlockHeader Header, TrustedSet Validators, ProofCost Cost, ProvedOutcome Outcome);

/// <summary>Where an intent stands, proved.</summary>
public enum IntentState
{
    /// <summary>No state.</summary>
    Unset = 0,

    /// <summary>It executed; the record says with what status.</summary>
    Executed = 1,

    /// <summary>It did not execute, it expired, and it never will.</summary>
    Never = 2,

    /// <summary>It did not execute up to the proved block, and still may.</summary>
    Open = 3,

    /// <summary>It expired so long ago that the network no longer remembers: nothing is proved.</summary>
    Forgotten = 4,
}

/// <summary>What was proved. A closed set.</summary>
public abstract record ProvedOutcome
{
    private ProvedOutcome()
    {
    }

    /// <summary>What an account held of an asset; zero for what does not exist.</summary>
    public sealed record Balance(Address Account, Address Asset, Amount Amount) : ProvedOutcome;

    /// <summary>Another object's value, encoded, or null: there was none. spec/ledger.md#L-50.</summary>
    public sealed record State(byte[] Key, byte[]? Value) : ProvedOutcome;

    /// <summary>Where an intent stood.</summary>
    public sealed record Intent(IntentKey Key, IntentState Where, IntentRecord? Record) : ProvedOutcome;

    /// <summary>What a transaction did.</summary>
    public sealed record Executed(Receipt Receipt) : ProvedOutcome;

    /// <summary>That a signed transaction, encoded, stands in the block.</summary>
    public sealed record Included(byte[] Encoded) : ProvedOutcome;
}
