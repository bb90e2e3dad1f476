using Busbar.Transactions;

namespace Busbar.Simulation.Model;

internal sealed partial class WalkComposer
{
    /// <summary>The operation itself, or the one that makes what it is about while there is no such thing.</summary>
    public OperationCode NeededFirst(OperationCode code) => code switch
    {
        OperationCode.TopUpChannel or OperationCode.ClaimChannels or OperationCode.CloseChannel
            or OperationCode.RequestChannelClose or OperationCode.WithdrawChannel =>
            view.State.Channels().Any() ? code : OperationCode.OpenChannel,
        OperationCode.Mint or OperationCode.Burn or OperationCode.Freeze =>
            view.State.Assets().Any(asset => asset.Issuer is not null) ? code : OperationCode.CreateAsset,
        OperationCode.Unfreeze => view.State.FrozenBalances().Any() ? code : NeededFirst(OperationCode.Freeze),
        OperationCode.TopUpStream or OperationCode.StopStream or OperationCode.WithdrawStream =>
            view.State.Streams().Any() ? code : OperationCode.StartStream,
        OperationCode.ReleaseEscrow or OperationCode.RefundEscrow =>
            view.State.Escrows().Any() ? code : OperationCode.LockEscrow,
        OperationCode.ClaimX402Channels or OperationCode.RefundX402Channel or OperationCode.RequestX402Withdrawal =>
            view.State.X402Channels().Any() ? code : OperationCode.DepositX402Channel,
        OperationCode.FinishX402Withdrawal =>
            view.State.X402Channels().Any(channel => channel.Withdrawal is not null)
                ? code : NeededFirst(OperationCode.RequestX402Withdrawal),
        OperationCode.RevokeMandate => view.State.Mandates().Any() ? code : OperationCode.GrantMandate,
        OperationCode.TransferFrom => view.State.Allowances().Any() ? code : OperationCode.Approve,
        _ => code,
    };
}
