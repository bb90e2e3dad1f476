using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Transactions;
using static Busbar.Simulation.Model.LedgerWorld;

namespace Busbar.Tests.Ledger;

/// <summary>Mandates beside authorizations, allowances, Ethereum transactions and votes: each is decided.</summary>
public sealed class MandateWalletTests
{
    private readonly LedgerWorld world = new();

    // Null: no delegate does it. True: it has a payee that a mandate may name. False: it has none.
    private static readonly Dictionary<OperationCode, bool?> Decided = new()
    {
        [OperationCode.Transfer] = true,
        [OperationCode.CreateAsset] = false,
        [OperationCode.Mint] = true,
        [OperationCode.Burn] = false,
        [OperationCode.Freeze] = false,
        [OperationCode.Unfreeze] = false,
        [OperationCode.OpenChannel] = true,
        [OperationCode.TopUpChannel] = true,
        [OperationCode.ClaimChannels] = false,
        [OperationCode.CloseChannel] = false,
        [OperationCode.RequestChannelClose] = false,
        [OperationCode.WithdrawChannel] = false,
        [OperationCode.StartStream] = true,
        [OperationCode.TopUpStream] = true,
        [OperationCode.StopStream] = false,
        [OperationCode.WithdrawStream] = false,
        [OperationCode.LockEscrow] = true,
        [OperationCode.ReleaseEscrow] = true,
        [OperationCode.RefundEscrow] = false,
        [OperationCode.GrantMandate] = false,
        [OperationCode.RevokeMandate] = false,
        [OperationCode.TransferWithAuthorization] = false,
        [OperationCode.ReceiveWithAuthorization] = false,
        [OperationCode.CancelAuthorization] = false,
        [OperationCode.Approve] = true,
        [OperationCode.TransferFrom] = true,
        [OperationCode.Permit] = false,
        [OperationCode.DepositX402Channel] = true,
        [OperationCode.DepositX402ChannelWithAuthorization] = false,
        [OperationCode.ClaimX402Channels] = false,
        [OperationCode.RefundX402Channel] = false,
        [OperationCode.RequestX402Withdrawal] = false,
        [OperationCode.FinishX402Withdrawal] = false,
        [OperationCode.CastVote] = null,
    };

    [Fact]
    public void L145_whether_a_delegate_may_do_it_is_decided_for_every_operation()
    {
        Assert.Equal(
            Enum.GetValues<OperationCode>().Where(code => code != OperationCode.Unset).Order(),
            Decided.Keys.Order());
        var operations = SomeOfEach();
        Assert.Equal(Decided.Keys.Order(), operations.Select(operation => operation.Code).Order());
        world.Run(0, MandateTests.Grant(3) with { Scope = new([.. Decided.Keys.Order()], []) });
        foreach (var operation in operations)
        {
            var status = world.Run(As(3, operation)).Status;
            var expected = Decided[operation.Code];
            Assert.Equal(
                (operation.Code, expected is null, expected == true),
                (operation.Code, status == TransactionStatus.OperationNotAllowed,
                    status == TransactionStatus.PayeeNotAllowed));
        }
    }

    [Fact]
    public void L145_each_operation_needs_its_own_code()
    {
        world.Run(0, MandateTests.Grant(3));
        foreach (var operation in SomeOfEach().Where(one => one.Code != OperationCode.RevokeMandate))
        {
            var others = Decided.Keys.Where(code => code != operation.Code).Order().ToArray();
            world.Run(
                0,
                new Operation.RevokeMandate(AddressOf(3)),
                MandateTests.Grant(3) with { Scope = new(others, null) });
            Assert.Equal(
                (TransactionStatus.OperationNotAllowed, operation),
                (world.Run(As(3, operation)).Status, operation));
        }
    }

    [Fact]
    public void L145_no_vote_on_validators_upgrades_or_prices_is_delegated()
    {
        world.Run(0, MandateTests.Grant(3));
        Proposal[] proposals =
        [
            new Proposal.AddValidator(Key(300).PublicKey), new Proposal.RemoveValidator(Pairs[1].PublicKey),
            new Proposal.ScheduleUpgrade(2, 9_000), new Proposal.SetPrice(Price.Transfer, 9_000),
        ];
        Assert.All(proposals, proposal => Assert.Equal(
            TransactionStatus.OperationNotAllowed, world.Run(As(3, new Operation.CastVote(proposal))).Status));
        Assert.All(proposals, proposal => Assert.Equal(
            TransactionStatus.Ok, world.Run(0, new Operation.CastVote(proposal)).Status));
    }

    [Fact]
    public void L146_an_approval_counts_its_whole_amount_each_time_and_what_the_spender_takes_counts_no_more()
    {
        world.Run(0, Total(1_000_000));
        Assert.Equal(TransactionStatus.MandateLimitPassed, world.Run(As(3, Approval(990_001))).Status);
        Assert.Equal(Amount.Zero, world.State.AllowanceOf(AddressOf(0), Dollar, AddressOf(2)));
        Assert.Equal(TransactionStatus.MandateLimitPassed, world.Run(As(3, Approval(UInt128.MaxValue))).Status);
        Assert.Equal(TransactionStatus.Ok, world.Run(As(3, Approval(400_000))).Status);
        Assert.Equal(430_000UL, Spent());
        Assert.Equal(TransactionStatus.Ok, world.Run(2, Take(400_000)).Status);
        Assert.Equal(430_000UL, Spent());
        Assert.Equal(TransactionStatus.Ok, world.Run(As(3, Approval(400_000))).Status);
        Assert.Equal(840_000UL, Spent());

        // Taking back what was approved gives nothing back to the limit.
        Assert.Equal(TransactionStatus.Ok, world.Run(As(3, Approval(0))).Status);
        Assert.Equal(850_000UL, Spent());
        Assert.Equal(TransactionStatus.AllowanceTooLow, world.Run(2, Take(1)).Status);
    }

    [Fact]
    public void L146_what_others_let_the_account_take_counts_too_and_what_it_lets_itself_take_counts_once()
    {
        world.Run(2, new Operation.Approve(Dollar, AddressOf(0), new Amount(500_000)));
        world.Run(0, Total(300_000));
        var fromOther = new Operation.TransferFrom(
            Dollar, AddressOf(2), AddressOf(1), new Amount(250_000), Hash256.Zero);
        Assert.Equal(TransactionStatus.Ok, world.Run(As(3, fromOther)).Status);
        Assert.Equal(260_000UL, Spent());
        Assert.Equal(TransactionStatus.MandateLimitPassed, world.Run(As(3, fromOther)).Status);
        Assert.Equal(
            new Amount(250_000), world.State.AllowanceOf(AddressOf(2), Dollar, AddressOf(0)));

        world.Run(0, new Operation.Approve(Dollar, AddressOf(0), Amount.MaxValue));
        var fromItself = fromOther with { From = AddressOf(0), Amount = new Amount(20_000) };
        Assert.Equal(TransactionStatus.Ok, world.Run(As(3, fromItself)).Status);
        Assert.Equal(300_000UL, Spent());
    }

    [Fact]
    public void L146_an_authorization_of_the_account_itself_counts_when_a_delegate_submits_it_and_others_do_not()
    {
        var wallet = Wallets[0];
        world.Run(Signed(wallet, wallet.Address, Total(100_000)));
        Transaction AsDelegate(Operation operation) => world.Write(3, operation) with { Account = wallet.Address };
        var own = SignTransfer(world.Write3009(60_000));
        Assert.Equal(TransactionStatus.Ok, world.Run(AsDelegate(own)).Status);
        Assert.Equal(75_000UL, Spent(wallet.Address));
        Assert.Equal(
            TransactionStatus.MandateLimitPassed,
            world.Run(AsDelegate(SignTransfer(world.Write3009(60_000, nonce: 2)))).Status);
        Assert.Equal(90_000UL, Spent(wallet.Address));

        // Anybody else may submit it all the same: the account's own key has signed it.
        Assert.Equal(TransactionStatus.Ok, world.Run(2, SignTransfer(world.Write3009(60_000, nonce: 2))).Status);
        world.Run(0, Total(100_000));
        var foreign = SignTransfer(world.Write3009(700_000, nonce: 3));
        Assert.Equal(TransactionStatus.Ok, world.Run(As(3, foreign)).Status);
        Assert.Equal(15_000UL, Spent());
    }

    [Fact]
    public void L180_L185_neither_a_bare_authorization_nor_an_ethereum_transaction_acts_under_a_mandate()
    {
        // The wallet is a delegate of account 0 with every power; what it signs alone is its own all the same.
        world.Run(0, MandateTests.Grant(3) with { Signer = Wallets[0].Address });
        var raw = SignRaw(WriteRaw());
        Assert.Equal((Wallets[0].Address, Wallets[0].Address), (raw.Transaction.Account, raw.Transaction.Signer));
        var (account, wallet) = (world.BalanceOf(0), world.WalletBalance(0));
        Assert.Equal(TransactionStatus.Ok, world.Run(raw).Status);
        var bare = new BareAuthorization(Network, SignTransfer(world.Write3009()));
        Assert.Equal((Wallets[0].Address, Wallets[0].Address), (bare.Transaction.Account, bare.Transaction.Signer));
        Assert.Equal(TransactionStatus.Ok, world.Run(bare).Status);
        Assert.Equal(account, world.BalanceOf(0));
        Assert.Equal(wallet - new Amount(10_500 + 15_500), world.WalletBalance(0));

        // An authorization from the account must be signed by the account, whatever mandate its signer has.
        var forged = world.Write3009() with { From = AddressOf(0), Nonce = NonceOf(9) };
        Assert.Equal(
            TransactionStatus.AuthorizationSignatureInvalid, world.Run(2, SignTransfer(forged)).Status);
        var permit = WritePermit() with { Owner = AddressOf(0) };
        Assert.Equal(TransactionStatus.PermitSignatureInvalid, world.Run(2, SignPermit(permit)).Status);
    }

    private Operation[] SomeOfEach()
    {
        var (channel, one) = (world.Open(), new Amount(1));
        var start = new Operation.StartStream(AddressOf(1), Dollar, one, one);
        var escrow = new Operation.LockEscrow(
            AddressOf(1), Dollar, one, new UnixTime(Start.Ms + 9_000_000), new(Hash256.Zero, null));
        var made = world.Write(0, start, escrow);
        Assert.Equal(TransactionStatus.Ok, world.Run(made).Status);
        var (stream, locked) = (made.StreamIdAt(0), made.EscrowIdAt(1));
        return
        [
            Transfer(1, 1), new Operation.CreateAsset("A", "A", "1", 0, one, false),
            new Operation.Mint(Euro, AddressOf(1), one), new Operation.Burn(Euro, one),
            new Operation.Freeze(Euro, AddressOf(1)), new Operation.Unfreeze(Euro, AddressOf(1)),
            OpenOperation(), new Operation.TopUpChannel(channel, one), Claims(ClaimOf(channel, 1)),
            new Operation.CloseChannel(channel), new Operation.RequestChannelClose(channel),
            new Operation.WithdrawChannel(channel), start,
            new Operation.TopUpStream(stream, one), new Operation.StopStream(stream),
            new Operation.WithdrawStream(stream), escrow,
            new Operation.ReleaseEscrow(locked, null, []), new Operation.RefundEscrow(locked),
            MandateTests.Grant(5), new Operation.RevokeMandate(AddressOf(5)),
            SignTransfer(world.Write3009()), SignReceive(world.Write3009()), SignCancel(world.Write3009()),
            Approval(1), Take(1), SignPermit(WritePermit()), Deposit(X402Config(), 1),
            SignDeposit(world.Write3009Deposit(X402WalletConfig(), 1)),
            X402Claims(SignVoucher(X402Config().IdIn(Network), 1)),
            new Operation.RefundX402Channel(X402Config().IdIn(Network), one, null),
            new Operation.RequestX402Withdrawal(X402Config().IdIn(Network), one),
            new Operation.FinishX402Withdrawal(X402Config().IdIn(Network)),
            new Operation.CastVote(new Proposal.SetPrice(Price.Transfer, 9_000)),
        ];
    }

    private static Operation.Approve Approval(UInt128 amount) => new(Dollar, AddressOf(2), new Amount(amount));

    private static Operation.TransferFrom Take(ulong amount) =>
        new(Dollar, AddressOf(0), AddressOf(2), new Amount(amount), Hash256.Zero);

    private static Operation.GrantMandate Total(ulong total) =>
        MandateTests.Grant(3, new MandateLimit(Dollar, new Amount(total), null));

    private Transaction As(int key, params Operation[] operations) =>
        world.Write(0, operations) with { Signer = AddressOf(key) };

    private SignedTransaction Signed(PrivateKey key, Address account, Operation operation)
    {
        var transaction = world.Write(0, operation) with { Account = account, Signer = account };
        return new SignedTransaction(
            transaction, [new SignatureProof(key.PublicKey, key.Sign(transaction.SigningHash()))]);
    }

    private ulong Spent(Address? account = null) => (ulong)world.State
        .FindMandate(account ?? AddressOf(0), AddressOf(3))!.Allowances[0].Spent.Atomic;
}
