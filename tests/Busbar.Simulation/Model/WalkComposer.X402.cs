using Busbar.Ledger;
using Busbar.Transactions;

namespace Busbar.Simulation.Model;

// Few configurations, so that each is deposited into, emptied and filled again.
internal sealed partial class WalkComposer
{
    private const int X402Configs = 6;

    private static readonly OperationCode[] OfX402 =
    [
        OperationCode.DepositX402Channel, OperationCode.DepositX402Channel, OperationCode.DepositX402Channel,
        OperationCode.DepositX402ChannelWithAuthorization, OperationCode.DepositX402ChannelWithAuthorization,
        OperationCode.DepositX402ChannelWithAuthorization, OperationCode.ClaimX402Channels,
        OperationCode.ClaimX402Channels, OperationCode.RefundX402Channel, OperationCode.RefundX402Channel,
        OperationCode.RequestX402Withdrawal, OperationCode.RequestX402Withdrawal,
        OperationCode.FinishX402Withdrawal, OperationCode.FinishX402Withdrawal,
    ];

    private static X402ChannelConfig X402ConfigOf(WalkStep step) => (step.A % X402Configs) switch
    {
        0 or 1 => LedgerWorld.X402WalletConfig(step.A % X402Configs),
        2 => LedgerWorld.X402WalletConfig(2) with { PayerAuthorizer = LedgerWorld.Wallets[2].Address },
        var salt => LedgerWorld.X402Config(salt) with
        {
            Payer = LedgerWorld.AddressOf(salt - 3),
            Receiver = LedgerWorld.AddressOf(3),
            WithdrawDelaySeconds = salt == 3 ? 5UL : 50,
            ReceiverAuthorizer = salt == 5 ? LedgerWorld.AddressOf(0) : LedgerWorld.Wallets[1].Address,
        },
    };

    // Mostly a channel that there is.
    private X402ChannelConfig PickX402(WalkStep step)
    {
        var open = step.C % 6 == 0 ? [] : view.State.X402Channels().Take(X402Configs).ToArray();
        return open.Length == 0 ? X402ConfigOf(step) : open[step.A % open.Length].Config;
    }

    // Mostly whoever may do what the operation does.
    private Address? X402ActorOf(OperationCode code, WalkStep step) => code switch
    {
        OperationCode.DepositX402Channel => X402ConfigOf(step).Payer,
        OperationCode.RequestX402Withdrawal or OperationCode.FinishX402Withdrawal => PickX402(step).Payer,
        OperationCode.ClaimX402Channels or OperationCode.RefundX402Channel => PickX402(step).Receiver,
        _ => null,
    };

    private Operation? ComposeX402(OperationCode code, WalkStep step, List<ClaimTruth> truth)
    {
        var amount = step.D % 13 == 0 ? Amount.Zero : SizeOf(step);
        var id = step.C % 29 == 0 ? default : PickX402(step).IdIn(LedgerWorld.Network);
        return code switch
        {
            OperationCode.DepositX402Channel =>
                new Operation.DepositX402Channel(Spoil(X402ConfigOf(step), step), amount),
            OperationCode.DepositX402ChannelWithAuthorization =>
                ComposeX402Authorization(Spoil(X402ConfigOf(step), step), amount, step, truth),
            OperationCode.ClaimX402Channels => ComposeX402Claims(step, truth),
            OperationCode.RefundX402Channel when step.B % 2 == 0 && step.D % 3 != 0 =>
                new Operation.RefundX402Channel(id, amount, null),
            OperationCode.RefundX402Channel => ComposeX402Refund(id, amount, step, truth),
            OperationCode.RequestX402Withdrawal => new Operation.RequestX402Withdrawal(
                id, step.D % 3 == 0 ? amount : new Amount((ulong)(step.D % 40))),
            OperationCode.FinishX402Withdrawal => new Operation.FinishX402Withdrawal(id),
            _ => null,
        };
    }

    private Operation.RefundX402Channel ComposeX402Refund(
        ChannelId id, Amount amount, WalkStep step, List<ClaimTruth> truth)
    {
        var count = view.State.FindX402Channel(id)?.RefundNonce ?? 0;
        var nonce = (step.C % 7) switch { 0 => count + 1, < 4 when count > 0 => count - 1, _ => count };
        var wallet = step.A % 7 == 0 ? 0 : 1;
        truth.Add(new ClaimTruth("", 0, true, wallet));
        return LedgerWorld.SignRefund(id, amount.Atomic, nonce, wallet);
    }

    private static X402ChannelConfig Spoil(X402ChannelConfig config, WalkStep step) => (step.C % 37) switch
    {
        0 => config with { Asset = LedgerWorld.NoAsset },
        1 => config with { Receiver = LedgerWorld.Dollar },
        2 => config with { Receiver = config.Payer },
        3 or 4 => config with { ReceiverAuthorizer = Address.Zero },
        5 => config with { WithdrawDelaySeconds = 4 },
        6 => config with { WithdrawDelaySeconds = 51 },
        7 => config with { Receiver = LedgerWorld.Named((byte)(step.B % 256)) },
        _ => config,
    };

    private Operation.DepositX402ChannelWithAuthorization ComposeX402Authorization(
        X402ChannelConfig config, Amount amount, WalkStep step, List<ClaimTruth> truth)
    {
        var second = view.Time.Ms / 1_000;
        var deposit = new Operation.DepositX402ChannelWithAuthorization(
            config,
            amount,
            step.B % 17 == 0 ? Hash256.Zero : LedgerWorld.DollarDomain,
            step.B % 19 == 0 ? second : 0,
            (step.D % 11) switch { 0 => second, 1 => second + 86_400, 2 => second + 86_401, _ => second + 50 },
            LedgerWorld.NonceOf(step.C / 37 % 30),
            default);
        if (step.B % 17 == 0 || config.Payer != LedgerWorld.Wallets[0].Address)
        {
            truth.Add(new ClaimTruth("signer or domain", 0, true, 0));
        }

        return LedgerWorld.SignDeposit(deposit);
    }

    private Operation.ClaimX402Channels ComposeX402Claims(WalkStep step, List<ClaimTruth> truth)
    {
        var claims = new List<X402Claim>();
        for (var i = 0; i <= step.D % 3; i++)
        {
            var own = step with { A = step.A + i, C = step.C + i };
            var config = PickX402(own);
            var id = own.C % 29 == 0 ? default : config.IdIn(LedgerWorld.Network);
            var wallet = own.C % 11 == 0 ? 1 : config.PayerAuthorizer == Address.Zero ? 0 : 2;
            var claimed = view.State.FindX402Channel(id)?.Claimed.Atomic ?? 0;
            var total = (own.C % 7) switch
            {
                0 => claimed,
                1 => UInt128.MaxValue,
                _ => UInt128.Min(claimed, 1_000_000_000_000) + (ulong)(own.C % 500),
            };
            var maximum = own.D % 9 == 0 && total > 0 ? total - 1 : own.D % 2 == 0 ? total : UInt128.MaxValue;
            var claim = LedgerWorld.SignVoucher(id, maximum, total, wallet);
            var isBad = own.C % 23 == 0;
            claims.Add(isBad ? claim with { Signature = default } : claim);
            truth.Add(new ClaimTruth(isBad ? "signature" : "", 0, true, wallet));
        }

        var isSigned = step.C % 2 == 0;
        var signer = step.C % 17 == 0 ? 2 : 1;
        truth.Add(new ClaimTruth("", 0, isSigned, signer));
        return isSigned ? LedgerWorld.SignClaims([.. claims], signer) : LedgerWorld.X402Claims([.. claims]);
    }
}
