using System.Text.Json;
using Busbar.Ticks;

namespace Busbar.Transactions;

/// <summary>
/// What of a transaction is priced, from its content alone: ledger and clients count alike. Stateless and
/// thread-safe. spec/ledger.md#L-61.
/// </summary>
public static class Pricing
{
    /// <summary>Hashes that one <see cref="Price.ClaimHashes"/> pays for.</summary>
    public const int HashesPerPrice = 64;

    /// <summary>The name that genesis files and the API give a price.</summary>
    public static string NameOf(Price price) => JsonNamingPolicy.CamelCase.ConvertName(price.ToString());

    /// <summary>Fee units of everything that the content fixes: all but the opening of accounts.</summary>
    public static UInt128 UnitsOf(Transaction transaction, Func<Price, ulong> unitsOf)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        ArgumentNullException.ThrowIfNull(unitsOf);
        UInt128 units = transaction.FeePayer is null ? 0 : unitsOf(Price.FeePayerSignature);
        foreach (var operation in transaction.Operations)
        {
            units += UnitsOf(operation, unitsOf);
        }

        return units;
    }

    /// <summary>Fee units of one operation.</summary>
    public static UInt128 UnitsOf(Operation operation, Func<Price, ulong> unitsOf)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(unitsOf);
        return operation switch
        {
            Operation.ClaimChannels claims => UnitsOf(claims.Claims, unitsOf),
            Operation.ReleaseEscrow release => unitsOf(Price.ReleaseEscrow)
                + ((UInt128)unitsOf(Price.EscrowAttestation) * (ulong)release.Attestations.Count),
            Operation.ClaimX402Channels claims =>
                ((unitsOf(Price.ClaimEntry) + (UInt128)unitsOf(Price.ClaimSignature)) * (ulong)claims.Claims.Count)
                + (claims.Signature is null ? 0 : unitsOf(Price.ClaimSignature)),
            Operation.RefundX402Channel refund => unitsOf(Price.RefundX402Channel)
                + (refund.Authorization is null ? 0 : unitsOf(Price.ClaimSignature)),
            _ => unitsOf((Price)operation.Code),
        };
    }

    /// <summary>The account that an operation opens if it does not exist: whoever it pays or lets be paid.</summary>
    public static Address? OpenedBy(Operation operation) => operation switch
    {
        Operation.Transfer transfer => transfer.To,
        Operation.Mint mint => mint.To,
        Operation.OpenChannel open => open.Payee,
        Operation.StartStream start => start.Payee,
        Operation.LockEscrow escrow => escrow.Payee,
        Operation.TransferWithAuthorization { Authorization: var transfer } => transfer.To,
        Operation.ReceiveWithAuthorization { Authorization: var receive } => receive.To,
        Operation.TransferFrom transfer => transfer.To,
        Operation.Permit permit => permit.Owner,
        _ => ChannelOpenedBy(operation)?.Receiver,
    };

    /// <summary>The x402 channel that an operation opens if it does not exist.</summary>
    public static X402ChannelConfig? ChannelOpenedBy(Operation operation) => operation switch
    {
        Operation.DepositX402Channel deposit => deposit.Config,
        Operation.DepositX402ChannelWithAuthorization deposit => deposit.Config,
        _ => null,
    };

    private static UInt128 UnitsOf(IReadOnlyList<Claim> claims, Func<Price, ulong> unitsOf)
    {
        UInt128 units = 0;
        foreach (var claim in claims)
        {
            var blocks = (ClaimCheck.HashCount(claim) + HashesPerPrice - 1) / HashesPerPrice;
            units += unitsOf(Price.ClaimEntry) + ((UInt128)unitsOf(Price.ClaimHashes) * (ulong)blocks);
            units += claim.Proof is null ? 0 : unitsOf(Price.ClaimSignature);
        }

        return units;
    }
}
