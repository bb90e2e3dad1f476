using Busbar.Keys;

namespace Busbar.Transactions;

/// <summary>
/// What validators can decide by vote. A closed set. Wire: [kind, field…], keys as strings of 32 bytes.
/// spec/ledger.md#L-80.
/// </summary>
public abstract record Proposal
{
    private Proposal()
    {
    }

    /// <summary>The number of the kind on the wire.</summary>
    public abstract ProposalKind Kind { get; }

    /// <summary>What names its ballot: SHA-256 of ["busbar/proposal/1", [kind, field…]].</summary>
    public Hash256 Digest()
    {
        var writer = new CanonicalWriter(96);
        writer.Array(2).Text(DomainTag.Proposal);
        Write(writer);
        return Hash256.Sha256(writer.WrittenSpan);
    }

    /// <summary>True when every key is an Ed25519 key; only such a proposal has an encoding that can be read.</summary>
    public abstract bool IsWellFormed();

    /// <summary>Writes [kind, field…].</summary>
    public abstract void Write(CanonicalWriter writer);

    /// <summary>Reads a proposal; null after an error.</summary>
    public static Proposal? Read(ref CanonicalReader reader)
    {
        var count = reader.Array(2, 3);
        var kind = (ProposalKind)reader.Number(byte.MaxValue);
        (int Fields, Proposal? Proposal) read = kind switch
        {
            ProposalKind.AddValidator => (1, ReadKey(ref reader) is { } key ? new AddValidator(key) : null),
            ProposalKind.RemoveValidator => (1, ReadKey(ref reader) is { } key ? new RemoveValidator(key) : null),
            ProposalKind.ReplaceValidator => (2, ReadReplacement(ref reader)),
            ProposalKind.ScheduleUpgrade => (2, new ScheduleUpgrade(reader.Number(), reader.Number())),
            ProposalKind.SetPrice => (2, new SetPrice((Price)reader.Number(byte.MaxValue), reader.Number())),
            ProposalKind.Unset or _ => (-1, null),
        };
        if (read.Fields < 0)
        {
            reader.Fail(DecodeError.UnknownKind);
        }
        else if (count != read.Fields + 1)
        {
            reader.Fail(DecodeError.WrongLength);
        }

        return reader.Failed ? null : read.Proposal;
    }

    private static ReplaceValidator? ReadReplacement(ref CanonicalReader reader)
    {
        var oldKey = ReadKey(ref reader);
        var newKey = ReadKey(ref reader);
        return oldKey is null || newKey is null ? null : new ReplaceValidator(oldKey, newKey);
    }

    private static PublicKey? ReadKey(ref CanonicalReader reader)
    {
        var bytes = reader.Bytes(PublicKey.SizeBytes(KeyKind.Ed25519));
        return !reader.Failed && PublicKey.TryCreate(KeyKind.Ed25519, bytes, out var key) ? key : null;
    }

    /// <summary>The key becomes the last of the set.</summary>
    public sealed record AddValidator(PublicKey Key) : Proposal
    {
        /// <inheritdoc/>
        public override ProposalKind Kind => ProposalKind.AddValidator;

        /// <inheritdoc/>
        public override bool IsWellFormed() => Key.Kind == KeyKind.Ed25519;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer) => writer.Array(2).Number((ulong)Kind).Bytes(Key.Bytes);
    }

    /// <summary>The key leaves the set; those behind it move up.</summary>
    public sealed record RemoveValidator(PublicKey Key) : Proposal
    {
        /// <inheritdoc/>
        public override ProposalKind Kind => ProposalKind.RemoveValidator;

        /// <inheritdoc/>
        public override bool IsWellFormed() => Key.Kind == KeyKind.Ed25519;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer) => writer.Array(2).Number((ulong)Kind).Bytes(Key.Bytes);
    }

    /// <summary>The new key takes the old one's place in the order.</summary>
    public sealed record ReplaceValidator(PublicKey OldKey, PublicKey NewKey) : Proposal
    {
        /// <inheritdoc/>
        public override ProposalKind Kind => ProposalKind.ReplaceValidator;

        /// <inheritdoc/>
        public override bool IsWellFormed() => OldKey.Kind == KeyKind.Ed25519 && NewKey.Kind == KeyKind.Ed25519;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer) =>
            writer.Array(3).Number((ulong)Kind).Bytes(OldKey.Bytes).Bytes(NewKey.Bytes);
    }

    /// <summary>The block at the height is the first that is executed by the rules of the version.</summary>
    public sealed record ScheduleUpgrade(ulong ProtocolVersion, ulong Height) : Proposal
    {
        /// <inheritdoc/>
        public override ProposalKind Kind => ProposalKind.ScheduleUpgrade;

        /// <inheritdoc/>
        public override bool IsWellFormed() => true;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer) =>
            writer.Array(3).Number((ulong)Kind).Number(ProtocolVersion).Number(Height);
    }

    /// <summary>A price becomes this: lower at once, or higher by a small step after a notice.</summary>
    public sealed record SetPrice(Price Price, ulong FeeUnits) : Proposal
    {
        /// <inheritdoc/>
        public override ProposalKind Kind => ProposalKind.SetPrice;

        /// <inheritdoc/>
        public override bool IsWellFormed() => (ulong)Price <= byte.MaxValue;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer) =>
            writer.Array(3).Number((ulong)Kind).Number((ulong)Price).Number(FeeUnits);
    }
}

/// <summary>Numbers of proposals; never changed, never used twice.</summary>
public enum ProposalKind
{
    /// <summary>No proposal.</summary>
    Unset = 0,

    /// <summary><see cref="Proposal.AddValidator"/>.</summary>
    AddValidator = 1,

    /// <summary><see cref="Proposal.RemoveValidator"/>.</summary>
    RemoveValidator = 2,

    /// <summary><see cref="Proposal.ReplaceValidator"/>.</summary>
    ReplaceValidator = 3,

    /// <summary><see cref="Proposal.ScheduleUpgrade"/>.</summary>
    ScheduleUpgrade = 4,

    /// <summary><see cref="Proposal.SetPrice"/>.</summary>
    SetPrice = 5,
}
