using Busbar.Keys;
using Busbar.Ticks;

namespace Busbar.Transactions;

/// <summary>
/// One thing that a transaction does. A closed set; the numbers and fields of each are spec/ledger.md. Wire:
/// [code, field…].
/// </summary>
public abstract partial record Operation
{
    private protected Operation()
    {
    }

    /// <summary>The number of the operation on the wire and in the tariff.</summary>
    public abstract OperationCode Code { get; }

    /// <summary>Writes [code, field…].</summary>
    public abstract void Write(CanonicalWriter writer);

    /// <summary>Reads one operation; null after an error.</summary>
    public static Operation? Read(ref CanonicalReader reader)
    {
        var count = reader.Array(1, 16);
        var code = (OperationCode)reader.Number(byte.MaxValue);
        if (reader.Failed)
        {
            return null;
        }

        (int Fields, Operation? Operation) read = code switch
        {
            OperationCode.Transfer => (4, Transfer.ReadFields(ref reader)),
            OperationCode.CreateAsset => (6, CreateAsset.ReadFields(ref reader)),
            OperationCode.Mint => (3, Mint.ReadFields(ref reader)),
            OperationCode.Burn => (2, Burn.ReadFields(ref reader)),
            OperationCode.Freeze => (2, Freeze.ReadFields(ref reader)),
            OperationCode.Unfreeze => (2, Unfreeze.ReadFields(ref reader)),
            OperationCode.OpenChannel => (6, OpenChannel.ReadFields(ref reader)),
            OperationCode.TopUpChannel => (2, TopUpChannel.ReadFields(ref reader)),
            OperationCode.ClaimChannels => (1, ClaimChannels.ReadFields(ref reader)),
            OperationCode.CloseChannel => (1, CloseChannel.ReadFields(ref reader)),
            OperationCode.RequestChannelClose => (1, RequestChannelClose.ReadFields(ref reader)),
            OperationCode.WithdrawChannel => (1, WithdrawChannel.ReadFields(ref reader)),
            OperationCode.StartStream => (4, StartStream.ReadFields(ref reader)),
            OperationCode.TopUpStream => (2, TopUpStream.ReadFields(ref reader)),
            OperationCode.StopStream => (1, StopStream.ReadFields(ref reader)),
            OperationCode.WithdrawStream => (1, WithdrawStream.ReadFields(ref reader)),
            OperationCode.LockEscrow => (6, LockEscrow.ReadFields(ref reader)),
            OperationCode.ReleaseEscrow => (3, ReleaseEscrow.ReadFields(ref reader)),
            OperationCode.RefundEscrow => (1, RefundEscrow.ReadFields(ref reader)),
            OperationCode.GrantMandate => (5, GrantMandate.ReadFields(ref reader)),
            OperationCode.RevokeMandate => (1, RevokeMandate.ReadFields(ref reader)),
            OperationCode.TransferWithAuthorization => (9, TransferWithAuthorization.ReadFields(ref reader)),
            OperationCode.ReceiveWithAuthorization => (9, ReceiveWithAuthorization.ReadFields(ref reader)),
            OperationCode.CancelAuthorization => (5, CancelAuthorization.ReadFields(ref reader)),
            OperationCode.Approve => (3, Approve.ReadFields(ref reader)),
            OperationCode.TransferFrom => (5, TransferFrom.ReadFields(ref reader)),
            OperationCode.Permit => (8, Permit.ReadFields(ref reader)),
            OperationCode.DepositX402Channel => (2, DepositX402Channel.ReadFields(ref reader)),
            OperationCode.DepositX402ChannelWithAuthorization =>
                (7, DepositX402ChannelWithAuthorization.ReadFields(ref reader)),
            OperationCode.ClaimX402Channels => (2, ClaimX402Channels.ReadFields(ref reader)),
            OperationCode.RefundX402Channel => (3, RefundX402Channel.ReadFields(ref reader)),
            OperationCode.RequestX402Withdrawal => (2, RequestX402Withdrawal.ReadFields(ref reader)),
            OperationCode.FinishX402Withdrawal => (1, FinishX402Withdrawal.ReadFields(ref reader)),
            OperationCode.CastVote => (1, CastVote.ReadFields(ref reader)),
            OperationCode.Unset or _ => (-1, null),
        };
        if (read.Fields < 0)
        {
            reader.Fail(DecodeError.UnknownKind);
        }
        else if (count != read.Fields + 1)
        {
            reader.Fail(DecodeError.WrongLength);
        }

        return reader.Failed ? null : read.Operation;
    }

    /// <summary>Moves an amount of an asset to another account, with 32 bytes for the parties' own use.</summary>
    public sealed record Transfer(Address Asset, Address To, Amount Amount, Hash256 Reference) : Operation
    {
        /// <inheritdoc/>
        public override OperationCode Code => OperationCode.Transfer;

        /// <inheritdoc/>
        public override void Write(CanonicalWriter writer) =>
            writer.Array(5).Number((ulong)Code).Address(Asset).Address(To).Amount(Amount).Hash(Reference);

        internal static Operation ReadFields(ref CanonicalReader reader) =>
            new Transfer(reader.Address(), reader.Address(), reader.Amount(), reader.Hash());
    }
}

/// <summary>Numbers of operations; never changed, never used twice.</summary>
public enum OperationCode
{
    /// <summary>No operation.</summary>
    Unset = 0,

    /// <summary><see cref="Operation.Transfer"/>.</summary>
    Transfer = 1,

    /// <summary><see cref="Operation.CreateAsset"/>.</summary>
    CreateAsset = 2,

    /// <summary><see cref="Operation.Mint"/>.</summary>
    Mint = 3,

    /// <summary><see cref="Operation.Burn"/>.</summary>
    Burn = 4,

    /// <summary><see cref="Operation.Freeze"/>.</summary>
    Freeze = 5,

    /// <summary><see cref="Operation.Unfreeze"/>.</summary>
    Unfreeze = 6,

    /// <summary><see cref="Operation.OpenChannel"/>.</summary>
    OpenChannel = 10,

    /// <summary><see cref="Operation.TopUpChannel"/>.</summary>
    TopUpChannel = 11,

    /// <summary><see cref="Operation.ClaimChannels"/>.</summary>
    ClaimChannels = 12,

    /// <summary><see cref="Operation.CloseChannel"/>.</summary>
    CloseChannel = 13,

    /// <summary><see cref="Operation.RequestChannelClose"/>.</summary>
    RequestChannelClose = 14,

    /// <summary><see cref="Operation.WithdrawChannel"/>.</summary>
    WithdrawChannel = 15,

    /// <summary><see cref="Operation.StartStream"/>.</summary>
    StartStream = 20,

    /// <summary><see cref="Operation.TopUpStream"/>.</summary>
    TopUpStream = 21,

    /// <summary><see cref="Operation.StopStream"/>.</summary>
    StopStream = 22,

    /// <summary><see cref="Operation.WithdrawStream"/>.</summary>
    WithdrawStream = 23,

    /// <summary><see cref="Operation.LockEscrow"/>.</summary>
    LockEscrow = 30,

    /// <summary><see cref="Operation.ReleaseEscrow"/>.</summary>
    ReleaseEscrow = 31,

    /// <summary><see cref="Operation.RefundEscrow"/>.</summary>
    RefundEscrow = 32,

    /// <summary><see cref="Operation.GrantMandate"/>.</summary>
    GrantMandate = 40,

    /// <summary><see cref="Operation.RevokeMandate"/>.</summary>
    RevokeMandate = 41,

    /// <summary><see cref="Operation.TransferWithAuthorization"/>.</summary>
    TransferWithAuthorization = 50,

    /// <summary><see cref="Operation.ReceiveWithAuthorization"/>.</summary>
    ReceiveWithAuthorization = 51,

    /// <summary><see cref="Operation.CancelAuthorization"/>.</summary>
    CancelAuthorization = 52,

    /// <summary><see cref="Operation.Approve"/>.</summary>
    Approve = 60,

    /// <summary><see cref="Operation.TransferFrom"/>.</summary>
    TransferFrom = 61,

    /// <summary><see cref="Operation.Permit"/>.</summary>
    Permit = 62,

    /// <summary><see cref="Operation.DepositX402Channel"/>.</summary>
    DepositX402Channel = 70,

    /// <summary><see cref="Operation.DepositX402ChannelWithAuthorization"/>.</summary>
    DepositX402ChannelWithAuthorization = 71,

    /// <summary><see cref="Operation.ClaimX402Channels"/>.</summary>
    ClaimX402Channels = 72,

    /// <summary><see cref="Operation.RefundX402Channel"/>.</summary>
    RefundX402Channel = 73,

    /// <summary><see cref="Operation.RequestX402Withdrawal"/>.</summary>
    RequestX402Withdrawal = 74,

    /// <summary><see cref="Operation.FinishX402Withdrawal"/>.</summary>
    FinishX402Withdrawal = 75,

    /// <summary><see cref="Operation.CastVote"/>.</summary>
    CastVote = 90,
}
