namespace Busbar.Transactions;

/// <summary>
/// What one transaction did, as the receipts root commits to it. Wire: ["busbar/receipt/1", account, signer,
/// intentId, signingHash, status, failedOperation or null, feePayer, feeAsset, fee,
/// [[operation, entry, channel, status, paid]…]]. spec/ledger.md#L-44.
/// </summary>
/// <param name="Account">Whose account acted.</param>
/// <param name="Signer">Whose key signed.</param>
/// <param name="IntentId">The intent.</param>
/// <param name="SigningHash">The content that executed under it.</param>
/// <param name="Status">Ok, or why everything but the fee was rolled back.</param>
/// <param name="FailedOperation">Index of the operation that failed; null when Ok.</param>
/// <param name="FeePayer">Who paid the fee.</param>
/// <param name="FeeAsset">What the fee was paid in.</param>
/// <param name="Fee">The fee, in atomic units of the fee asset.</param>
/// <param name="Claims">One for each claim entry, in order; empty when the transaction failed.</param>
public sealed record Receipt(
    Address Account,
    Address Signer,
    IntentId IntentId,
    Hash256 SigningHash,
    TransactionStatus Status,
    int? FailedOperation,
    Address FeePayer,
    Address FeeAsset,
    Amount Fee,
    IReadOnlyList<ClaimOutcome> Claims)
{
    /// <summary>Writes an array of eleven items.</summary>
    public void Write(CanonicalWriter writer)
    {
        writer.Array(11).Text(DomainTag.Receipt).Address(Account).Address(Signer).Intent(IntentId).Hash(SigningHash);
        writer.Number((ulong)Status);
        if (FailedOperation is { } index)
        {
            writer.Number((ulong)index);
        }
        else
        {
            writer.Null();
        }

        writer.Address(FeePayer).Address(FeeAsset).Amount(Fee).Array(Claims.Count);
        foreach (var claim in Claims)
        {
            claim.Write(writer);
        }
    }

    /// <summary>Reads the array; null after an error.</summary>
    public static Receipt? Read(ref CanonicalReader reader)
    {
        reader.Array(11);
        if (reader.Text(DomainTag.Receipt.Length) != DomainTag.Receipt)
        {
            reader.Fail(DecodeError.UnknownKind);
        }

        var account = reader.Address();
        var signer = reader.Address();
        var intentId = reader.Intent();
        var signingHash = reader.Hash();
        var status = (TransactionStatus)reader.Number(byte.MaxValue);
        int? failed = reader.TryNull() ? null : (int)reader.Number(Limits.OperationsPerTransaction - 1);
        var feePayer = reader.Address();
        var feeAsset = reader.Address();
        var fee = reader.Amount();
        var claims = new ClaimOutcome[reader.Array(0, Limits.ClaimsPerTransaction)];
        for (var i = 0; i < claims.Length && !reader.Failed; i++)
        {
            claims[i] = ClaimOutcome.Read(ref reader);
        }

        if (!reader.Failed && (!Enum.IsDefined(status) || status == TransactionStatus.Unset))
        {
            reader.Fail(DecodeError.OutOfRange);
        }

        return reader.Failed
            ? null
            : new Receipt(
                account, signer, intentId, signingHash, status, failed, feePayer, feeAsset, fee, claims);
    }
}

/// <summary>What one claim entry did: [operation, entry, channel, status, paid].</summary>
/// <param name="Operation">Index of the claim operation.</param>
/// <param name="Entry">Index of the entry in it.</param>
/// <param name="Channel">The channel it names.</param>
/// <param name="Status">What became of it.</param>
/// <param name="Paid">What it paid to the payee.</param>
public readonly record struct ClaimOutcome(
    int Operation, int Entry, ChannelId Channel, ClaimStatus Status, Amount Paid)
{
    /// <summary>Writes an array of five items.</summary>
    public void Write(CanonicalWriter writer)
    {
        writer.Array(5).Number((ulong)Operation).Number((ulong)Entry).Hash(Channel.Value);
        writer.Number((ulong)Status).Amount(Paid);
    }

    /// <summary>Reads an array of five items.</summary>
    public static ClaimOutcome Read(ref CanonicalReader reader)
    {
        reader.Array(5);
        var outcome = new ClaimOutcome(
            (int)reader.Number(Limits.OperationsPerTransaction - 1),
            (int)reader.Number(Limits.ClaimsPerOperation - 1),
            new ChannelId(reader.Hash()),
            (ClaimStatus)reader.Number(byte.MaxValue),
            reader.Amount());
        if (!reader.Failed && (!Enum.IsDefined(outcome.Status) || outcome.Status == ClaimStatus.Unset))
        {
            reader.Fail(DecodeError.OutOfRange);
        }

        return outcome;
    }
}
