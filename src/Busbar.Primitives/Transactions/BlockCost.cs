namespace Busbar.Transactions;

/// <summary>
/// What a transaction takes of a block, from its content alone, and how much a block has to give. A unit is about an
/// eighth of a microsecond of a validator's core. No vote changes it: prices may, room may not. Stateless and
/// thread-safe. spec/ledger.md#L-25.
/// </summary>
public static class BlockCost
{
    /// <summary>Of every transaction: its intent record, its receipt, its fee.</summary>
    public const long PerTransaction = 1_300;

    /// <summary>Of each byte of the encoded signed transaction.</summary>
    public const long PerByte = 2;

    /// <summary>Of each operation: the objects that it reads and writes.</summary>
    public const long PerOperation = 400;

    /// <summary>Of each signature that is checked, in the envelope or in an operation.</summary>
    public const long PerSignature = 400;

    /// <summary>Of each entry of a claim operation.</summary>
    public const long PerClaim = 256;

    /// <summary>Of each hash that a claim's tick and path ask for.</summary>
    public const long PerHash = 1;

    /// <summary>All transactions of a block together. spec/ledger.md#L-26.</summary>
    public const long Capacity = 8 * 1024 * 1024;

    /// <summary>The most of it that one account may use: an eighth. spec/ledger.md#L-27.</summary>
    public const long AccountShare = Capacity / 8;

    /// <summary>The part kept for transactions that collect: a quarter. spec/ledger.md#L-28.</summary>
    public const long ReservedRoom = Capacity / 4;

    /// <summary>What a transaction takes of its block.</summary>
    public static long Of(CheckedTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var cost = PerTransaction
            + (PerByte * transaction.SizeBytes)
            + (PerSignature * transaction.Signed.SignatureCount);
        foreach (var operation in transaction.Transaction.Operations)
        {
            cost += PerOperation + Of(operation);
        }

        return cost;
    }

    /// <summary>
    /// True when every operation pays out what is owed or given back already, so that the reserved room is open to it.
    /// spec/ledger.md#L-28.
    /// </summary>
    public static bool Collects(Transaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        foreach (var operation in transaction.Operations)
        {
            if (!Collects(operation))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Collects(Operation operation) => operation
        is Operation.ClaimChannels or Operation.CloseChannel or Operation.WithdrawChannel
        or Operation.StopStream or Operation.WithdrawStream
        or Operation.ReleaseEscrow or Operation.RefundEscrow
        or Operation.ClaimX402Channels or Operation.RefundX402Channel or Operation.FinishX402Withdrawal;

    // Signatures and hashes that an operation asks for by itself.
    private static long Of(Operation operation) => operation switch
    {
        Operation.ClaimChannels claims => Of(claims),
        Operation.ReleaseEscrow release => PerSignature * release.Attestations.Count,
        Operation.TransferWithAuthorization or Operation.ReceiveWithAuthorization or Operation.CancelAuthorization
            or Operation.Permit or Operation.DepositX402ChannelWithAuthorization
            or Operation.RefundX402Channel { Authorization: not null } => PerSignature,
        Operation.ClaimX402Channels claims =>
            ((PerClaim + PerSignature) * claims.Claims.Count) + (claims.Signature is null ? 0 : PerSignature),
        _ => 0,
    };

    private static long Of(Operation.ClaimChannels operation)
    {
        long cost = 0;
        foreach (var claim in operation.Claims)
        {
            cost += PerClaim + (PerHash * Ticks.ClaimCheck.HashCount(claim))
                + (claim.Proof is null ? 0 : PerSignature);
        }

        return cost;
    }
}
