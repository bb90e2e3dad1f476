using Busbar.Ethereum;
using Busbar.Ledger;
using Busbar.Proofs;
using Busbar.Transactions;
using static Busbar.Simulation.Model.LedgerWorld;

namespace Busbar.Tests.Ledger;

public sealed class X402ChannelTests
{
    private static readonly X402ChannelConfig Config = X402Config();
    private static readonly ChannelId Id = Config.IdIn(Network);
    private readonly LedgerWorld world = new();

    [Fact]
    public void L61_L190_L192_the_first_deposit_opens_the_channel_and_its_receiver_and_the_next_adds_to_it()
    {
        var config = Config with { Receiver = AddressOf(5) };
        var id = config.IdIn(Network);
        var first = world.Write(0, Deposit(config, 700), Deposit(config, 50));
        Assert.Equal(new Amount(300_000), world.State.QuoteFee(first).Openings);
        Assert.Equal(new Amount(2 * 100_000 + 1_000_000 + 2_000_000), world.State.FeeCeilingOf(first));
        Assert.Equal(new Amount(320_000), world.Run(first).Fee);
        var channel = world.State.FindX402Channel(id)!;
        Assert.Equal(new X402Channel(id, config, new Amount(750), Amount.Zero, 0, null), channel);
        Assert.NotNull(world.State.FindAccount(AddressOf(5)));
        Assert.Equal(new Amount(1_000_000_000 - 750 - 320_000), world.BalanceOf(0));
        Assert.Equal(new Amount(10_000), world.Run(0, Deposit(config, 50)).Fee);
        Assert.Equal(new Amount(800), world.State.FindX402Channel(id)!.Deposit);
    }

    [Fact]
    public void L61_a_deposit_that_fails_opens_nothing_and_pays_the_content_fee()
    {
        var receipt = world.Run(0, Deposit(Config, 700), Transfer(1, 0));
        Assert.Equal((TransactionStatus.AmountIsZero, new Amount(20_000)), (receipt.Status, receipt.Fee));
        Assert.Null(world.State.FindX402Channel(Id));
    }

    [Fact]
    public void L192_the_first_reason_of_the_table_is_reported()
    {
        var config = new X402ChannelConfig(
            AddressOf(3), default, Address.Zero, Address.Zero, NoAsset, 4, Hash256.Zero);
        Operation.DepositX402Channel Of(ulong amount = 1) => Deposit(config, amount);
        Operation.DepositX402Channel OfMost() => Deposit(config, UInt128.MaxValue);
        Assert.Equal(TransactionStatus.NotPayer, world.Run(0, Of(0)).Status);
        config = config with { Payer = AddressOf(0) };
        Assert.Equal(TransactionStatus.AssetUnknown, world.Run(0, Of(0)).Status);
        config = config with { Asset = Dollar };
        Assert.Equal(TransactionStatus.AmountIsZero, world.Run(0, Of(0)).Status);
        Assert.Equal(TransactionStatus.RecipientReserved, world.Run(0, Of()).Status);
        config = config with { Receiver = X402.DepositCollector };
        Assert.Equal(TransactionStatus.RecipientReserved, world.Run(0, Of()).Status);
        config = config with { Receiver = AddressOf(0) };
        Assert.Equal(TransactionStatus.PayeeIsPayer, world.Run(0, Of()).Status);
        config = config with { Receiver = AddressOf(1) };
        Assert.Equal(TransactionStatus.ReceiverAuthorizerMissing, world.Run(0, Of()).Status);
        config = config with { ReceiverAuthorizer = AddressOf(1) };
        Assert.Equal(TransactionStatus.GraceTooShort, world.Run(0, Of()).Status);
        config = config with { WithdrawDelaySeconds = 51 };
        Assert.Equal(TransactionStatus.GraceTooLong, world.Run(0, Of()).Status);
        config = config with { WithdrawDelaySeconds = X402ChannelConfig.MaxWithdrawDelaySeconds };
        Assert.Equal(TransactionStatus.GraceTooLong, world.Run(0, Of()).Status);
        config = config with { WithdrawDelaySeconds = 50 };
        Assert.Equal(TransactionStatus.BalanceTooLow, world.Run(0, OfMost()).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(0, Of()).Status);
        Assert.Equal(TransactionStatus.DepositTooLarge, world.Run(0, OfMost()).Status);
    }

    [Fact]
    public void L105_L192_a_frozen_balance_is_not_deposited_and_what_lies_in_a_channel_moves_as_ever()
    {
        var create = world.Write(0, new Operation.CreateAsset("Made", "M", "1", 0, new Amount(1_000), true));
        world.Run(create);
        var asset = create.AssetAddressAt(0);
        var config = Config with { Asset = asset };
        var id = config.IdIn(Network);
        world.Run(0, Deposit(config, 100), new Operation.Freeze(asset, AddressOf(0)));
        Assert.Equal(TransactionStatus.BalanceFrozen, world.Run(0, Deposit(config, 5_000)).Status);
        world.Run(0, new Operation.Freeze(asset, AddressOf(1)));
        Assert.Equal(TransactionStatus.Ok, world.Run(1, X402Claims(SignVoucher(id, 30))).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(1, Refund(id, 70)).Status);
        Assert.Equal((new Amount(30), new Amount(970)), (world.BalanceOf(1, asset), world.BalanceOf(0, asset)));
    }

    [Fact]
    public void L162_L193_anybody_hands_in_what_the_payer_signed_and_it_executes_once()
    {
        var config = X402WalletConfig();
        var id = config.IdIn(Network);
        var deposit = SignDeposit(world.Write3009Deposit(config, 500));
        Assert.Equal(new Amount(215_000), world.Run(3, deposit).Fee);
        Assert.Equal(new Amount(500), world.State.FindX402Channel(id)!.Deposit);
        Assert.Equal(new Amount(1_000_000_000 - 500), world.WalletBalance(0));
        var nonce = X402.DepositNonce(id, deposit.Salt);
        Assert.NotNull(world.State.FindAuthorization(Wallets[0].Address, Dollar, nonce));
        Assert.Equal(TransactionStatus.AuthorizationUsed, world.Run(2, deposit).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(2, SignDeposit(deposit with { Salt = NonceOf(2) })).Status);
        Assert.Equal(new Amount(1_000), world.State.FindX402Channel(id)!.Deposit);
    }

    [Fact]
    public void L193_a_deposits_signature_moves_nothing_but_that_amount_into_that_channel()
    {
        var deposit = SignDeposit(world.Write3009Deposit(X402WalletConfig(), 500));
        Operation[] others =
        [
            deposit with { Config = X402WalletConfig(1) },
            deposit with { Amount = new Amount(501) },
            deposit with { Salt = NonceOf(2) },
            deposit with { ValidAfterSeconds = 1 },
            deposit with { Domain = Hash256.Zero },
            SignDeposit(deposit, 1),
            SignDeposit(deposit with { Domain = Hash256.Zero }),
            deposit with { Config = X402Config() },
        ];
        foreach (var other in others)
        {
            Assert.Equal(TransactionStatus.AuthorizationSignatureInvalid, world.Run(3, other).Status);
        }

        // The collector's address is reserved, so the authorization pays nobody either.
        var authorization = deposit.AuthorizationFor(deposit.Config.IdIn(Network));
        Assert.Equal(
            TransactionStatus.RecipientReserved,
            world.Run(3, new Operation.TransferWithAuthorization(authorization)).Status);
        Assert.Equal(
            TransactionStatus.NotRecipient,
            world.Run(3, new Operation.ReceiveWithAuthorization(authorization)).Status);
        Assert.Empty(world.State.X402Channels());
    }

    [Fact]
    public void L193_the_first_reason_of_both_tables_is_reported()
    {
        var config = X402WalletConfig() with { Asset = NoAsset };
        var deposit = world.Write3009Deposit(config, 1) with
        {
            ValidAfterSeconds = ulong.MaxValue,
            ValidBeforeSeconds = 0,
        };
        Assert.Equal(TransactionStatus.AssetUnknown, world.Run(3, deposit).Status);
        deposit = deposit with { Config = X402WalletConfig() with { ReceiverAuthorizer = default } };
        Assert.Equal(TransactionStatus.ReceiverAuthorizerMissing, world.Run(3, deposit).Status);
        deposit = deposit with { Config = X402WalletConfig(), Amount = Amount.MaxValue };
        Assert.Equal(TransactionStatus.AuthorizationSignatureInvalid, world.Run(3, deposit).Status);
        Assert.Equal(TransactionStatus.AuthorizationNotYetValid, world.Run(3, SignDeposit(deposit)).Status);
        deposit = deposit with { ValidAfterSeconds = 0 };
        Assert.Equal(TransactionStatus.AuthorizationExpired, world.Run(3, SignDeposit(deposit)).Status);
        deposit = deposit with { ValidBeforeSeconds = world.Seconds + 86_500 };
        Assert.Equal(TransactionStatus.AuthorizationTooFarAhead, world.Run(3, SignDeposit(deposit)).Status);
        deposit = deposit with { ValidBeforeSeconds = world.Seconds + 60 };
        Assert.Equal(TransactionStatus.BalanceTooLow, world.Run(3, SignDeposit(deposit)).Status);

        // A wallet cancels the nonce like any other.
        var cancelled = SignDeposit(deposit with { Amount = new Amount(1) });
        world.Run(3, SignCancel(cancelled.AuthorizationFor(cancelled.Config.IdIn(Network))));
        Assert.Equal(TransactionStatus.AuthorizationCancelled, world.Run(3, cancelled).Status);
    }

    [Fact]
    public void L196_the_receivers_side_refunds_what_is_not_claimed()
    {
        var config = Config with { ReceiverAuthorizer = AddressOf(3) };
        var id = config.IdIn(Network);
        Assert.Equal(TransactionStatus.X402ChannelUnknown, world.Run(1, Refund(id, 0)).Status);
        world.Run(0, Deposit(config, 500));
        world.Run(1, X402Claims(SignVoucher(id, 120)));
        Assert.Equal(TransactionStatus.AmountIsZero, world.Run(0, Refund(id, 0)).Status);
        Assert.Equal(TransactionStatus.NotReceiverSide, world.Run(0, Refund(id, 1)).Status);
        Assert.Equal(TransactionStatus.NotReceiverSide, world.Run(2, Refund(id, 1)).Status);
        var before = world.BalanceOf(0);
        Assert.Equal(new Amount(10_000), world.Run(1, Refund(id, 80)).Fee);
        Assert.Equal(TransactionStatus.Ok, world.Run(3, Refund(id, UInt128.MaxValue)).Status);
        Assert.Equal(before + new Amount(380), world.BalanceOf(0));

        // With nothing to return it still counts, as x402's contract counts it.
        Assert.Equal(TransactionStatus.Ok, world.Run(1, Refund(id, 1)).Status);
        var (deposit, claimed) = (new Amount(120), new Amount(120));
        Assert.Equal(new X402Channel(id, config, deposit, claimed, 3, null), world.State.FindX402Channel(id));
    }

    [Fact]
    public void L196_anybody_hands_in_a_signed_refund_once_and_in_order()
    {
        world.Run(0, Deposit(Config, 500));
        Assert.Equal(
            TransactionStatus.X402ChannelUnknown, world.Run(2, SignRefund(X402Config(9).IdIn(Network), 1, 0)).Status);
        Assert.Equal(TransactionStatus.RefundSignatureInvalid, world.Run(1, SignRefund(Id, 10, 1, wallet: 0)).Status);
        var signed = SignRefund(Id, 10, 0);
        Assert.Equal(
            TransactionStatus.RefundSignatureInvalid, world.Run(1, signed with { Amount = new Amount(11) }).Status);
        Assert.Equal(TransactionStatus.RefundNonceAhead, world.Run(2, SignRefund(Id, 10, 1)).Status);
        Assert.Equal(new Amount(15_000), world.Run(2, signed).Fee);
        Assert.Equal(TransactionStatus.RefundNonceUsed, world.Run(2, signed).Status);
        Assert.Equal(new Amount(490), world.State.FindX402Channel(Id)!.Deposit);

        // A refund by account makes one that was signed for its nonce worthless.
        world.Run(1, Refund(Id, 10));
        Assert.Equal(TransactionStatus.RefundNonceUsed, world.Run(2, SignRefund(Id, 10, 1)).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(2, SignRefund(Id, 10, 2)).Status);
    }

    [Fact]
    public void L197_L198_the_payers_side_withdraws_after_the_delay_and_claims_go_on_until_then()
    {
        var config = Config with { PayerAuthorizer = AddressOf(3) };
        var id = config.IdIn(Network);
        Assert.Equal(TransactionStatus.X402ChannelUnknown, world.Run(0, Request(id, 0)).Status);
        Assert.Equal(TransactionStatus.X402ChannelUnknown, world.Run(0, Finish(id)).Status);
        world.Run(0, Deposit(config, 500));
        Assert.Equal(TransactionStatus.AmountIsZero, world.Run(1, Request(id, 0)).Status);
        Assert.Equal(TransactionStatus.NotPayerSide, world.Run(1, Request(id, 501)).Status);
        Assert.Equal(TransactionStatus.NotPayerSide, world.Run(1, Finish(id)).Status);
        Assert.Equal(TransactionStatus.WithdrawalTooLarge, world.Run(3, Request(id, 501)).Status);
        Assert.Equal(TransactionStatus.WithdrawalNotRequested, world.Run(3, Finish(id)).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(3, Request(id, 500)).Status);
        Assert.Equal(TransactionStatus.WithdrawalWaits, world.Run(0, Request(id, 501)).Status);
        var from = world.State.FindX402Channel(id)!.Withdrawal!.Value.WithdrawableUptimeMs;
        var left = from - world.State.UptimeMs;
        Assert.Equal(TransactionStatus.WithdrawDelayRunning, world.Run(world.Write(0, Finish(id)), left - 1).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(world.Write(3, Finish(id)), 1).Status);
        Assert.Equal(from, world.State.UptimeMs);
        var emptied = world.State.FindX402Channel(id)!;
        Assert.Equal((Amount.Zero, null), (emptied.Deposit, emptied.Withdrawal));
        Assert.Equal(TransactionStatus.WithdrawalNotRequested, world.Run(0, Finish(id)).Status);
    }

    [Fact]
    public void L24_L198_the_delay_runs_on_uptime_so_an_outage_ends_none()
    {
        var config = Config with { WithdrawDelaySeconds = 50 };
        world.Run(0, Deposit(config, 500));
        world.Run(0, Request(config.IdIn(Network), 500));
        var finish = Finish(config.IdIn(Network));
        var late = world.Write(0, finish) with { IntentId = world.NewIntent(3_600_000) };
        Assert.Equal(TransactionStatus.WithdrawDelayRunning, world.Run(late, 3_600_000).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(world.Write(0, finish), 30_000).Status);
    }

    [Fact]
    public void L196_L198_claims_and_refunds_take_from_what_waits_and_a_deposit_does_not_end_it()
    {
        world.Run(0, Deposit(Config, 500));
        world.Run(0, Request(Id, 400));
        world.Run(1, Refund(Id, 150));
        Assert.Equal(new Amount(250), world.State.FindX402Channel(Id)!.Withdrawal!.Value.Amount);
        world.Run(1, X402Claims(SignVoucher(Id, 200)));
        world.Pass(5_000);
        var before = world.BalanceOf(0);
        Assert.Equal(TransactionStatus.Ok, world.Run(0, Finish(Id)).Status);
        Assert.Equal(before + new Amount(150) - new Amount(10_000), world.BalanceOf(0));
        Assert.Equal(new Amount(200), world.State.FindX402Channel(Id)!.Deposit);

        world.Run(0, Deposit(Config, 100), Request(Id, 60), Deposit(Config, 5));
        Assert.NotNull(world.State.FindX402Channel(Id)!.Withdrawal);
        world.Run(1, Refund(Id, 60));
        Assert.Null(world.State.FindX402Channel(Id)!.Withdrawal);
    }

    [Fact]
    public void L190_L199_an_emptied_channel_stays_and_no_voucher_and_no_refund_counts_twice()
    {
        world.Run(0, Deposit(Config, 500));
        var voucher = SignVoucher(Id, 300);
        var refund = SignRefund(Id, 500, 0);
        world.Run(1, X402Claims(voucher));
        world.Run(2, refund);
        var empty = world.State.FindX402Channel(Id)!;
        Assert.Equal((new Amount(300), new Amount(300), 1UL), (empty.Deposit, empty.Claimed, empty.RefundNonce));
        Assert.Equal(ClaimStatus.NothingNew, world.Run(1, X402Claims(voucher)).Claims[0].Status);
        Assert.Equal(ClaimStatus.DepositSpent, world.Run(1, X402Claims(SignVoucher(Id, 301))).Claims[0].Status);

        // Filled again it costs no second opening, and nothing of before counts again.
        Assert.Equal(new Amount(10_000), world.Run(0, Deposit(Config, 100)).Fee);
        Assert.Equal(ClaimStatus.NothingNew, world.Run(1, X402Claims(voucher)).Claims[0].Status);
        Assert.Equal(TransactionStatus.RefundNonceUsed, world.Run(2, refund).Status);
        Assert.Equal(new Amount(400), world.State.FindX402Channel(Id)!.Deposit);
        var next = world.Run(1, X402Claims(SignVoucher(Id, 310))).Claims[0];
        Assert.Equal((ClaimStatus.Paid, new Amount(10)), (next.Status, next.Paid));
    }

    [Fact]
    public void L47_L50_L190_a_channel_is_proved_by_its_key()
    {
        world.Run(0, Deposit(Config, 500));
        var key = StateKey.OfX402Channel(Id);
        Assert.Equal([0x20, .. Id.Value.ToArray()], key);
        var statement = Assert.IsType<Statement.Object>(world.State.Prove(key));
        var writer = new CanonicalWriter();
        world.State.FindX402Channel(Id)!.Write(writer);
        Assert.Equal(writer.ToArray(), statement.Value);
        var absent = world.State.Prove(StateKey.OfX402Channel(X402Config(9).IdIn(Network)));
        Assert.Null(Assert.IsType<Statement.Object>(absent).Value);
        Assert.Null(world.State.Prove(key.AsSpan(1)));
    }

    private static Operation.RefundX402Channel Refund(ChannelId channel, UInt128 amount) =>
        new(channel, new Amount(amount), null);

    private static Operation.RequestX402Withdrawal Request(ChannelId channel, UInt128 amount) =>
        new(channel, new Amount(amount));

    private static Operation.FinishX402Withdrawal Finish(ChannelId channel) => new(channel);
}
