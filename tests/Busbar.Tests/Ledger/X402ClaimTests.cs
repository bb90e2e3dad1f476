using Busbar.Ledger;
using Busbar.Transactions;
using static Busbar.Simulation.Model.LedgerWorld;

namespace Busbar.Tests.Ledger;

public sealed class X402ClaimTests
{
    private static readonly ChannelId Id = X402Config().IdIn(Network);
    private readonly LedgerWorld world = new();

    public X402ClaimTests() => world.Run(0, Deposit(X402Config(), 1_000));

    [Fact]
    public void L61_L191_L194_a_claim_pays_the_receiver_at_once_and_there_is_nothing_to_settle()
    {
        var before = world.BalanceOf(1);
        var receipt = world.Run(1, X402Claims(SignVoucher(Id, 700, total: 250)));
        Assert.Equal(new ClaimOutcome(0, 0, Id, ClaimStatus.Paid, new Amount(250)), Assert.Single(receipt.Claims));
        Assert.Equal(new Amount(10_000), receipt.Fee);
        Assert.Equal(before + new Amount(250) - new Amount(10_000), world.BalanceOf(1));
        Assert.Equal(new Amount(250), world.State.FindX402Channel(Id)!.Claimed);
    }

    [Fact]
    public void L61_L194_with_the_receiver_authorizers_signature_anybody_claims_from_many_channels()
    {
        var other = X402WalletConfig();
        world.Run(3, SignDeposit(world.Write3009Deposit(other, 500)));
        X402Claim[] claims = [SignVoucher(Id, 100), SignVoucher(other.IdIn(Network), 60, wallet: 0)];
        var receipt = world.Run(3, SignClaims(claims));
        Assert.Equal([ClaimStatus.Paid, ClaimStatus.Paid], receipt.Claims.Select(claim => claim.Status));
        Assert.Equal(new Amount(25_000), receipt.Fee);

        // The same signature speaks for nothing else.
        var more = SignClaims(claims) with { Claims = [claims[0], claims[1] with { Total = new Amount(59) }] };
        Assert.Equal(
            [ClaimStatus.NotReceiverSide, ClaimStatus.NotReceiverSide],
            world.Run(3, more).Claims.Select(claim => claim.Status));
    }

    [Fact]
    public void L195_the_first_reason_of_the_table_is_reported_and_stops_no_other_entry()
    {
        var wrong = SignVoucher(Id, 10, total: 11, wallet: 0);
        Check(2, ClaimStatus.ChannelUnknown, wrong with { Channel = default });
        Check(2, ClaimStatus.NotReceiverSide, wrong);
        Check(1, ClaimStatus.VoucherExceeded, wrong);
        Check(1, ClaimStatus.SignatureInvalid, wrong with { Total = default });
        Check(1, ClaimStatus.SignatureInvalid, SignVoucher(Id, 10) with { Maximum = new Amount(12) });
        Check(1, ClaimStatus.SignatureInvalid, SignVoucher(Id, 10) with { Signature = default });
        Check(1, ClaimStatus.NothingNew, SignVoucher(Id, 10, total: 0));
        Check(1, ClaimStatus.Paid, SignVoucher(Id, 10));
        Check(1, ClaimStatus.NothingNew, SignVoucher(Id, 10), SignVoucher(Id, 9), SignVoucher(Id, 900, total: 10));
        Check(1, ClaimStatus.PaidUpToDeposit, SignVoucher(Id, UInt128.MaxValue));
        Check(1, ClaimStatus.NothingNew, SignVoucher(Id, 1_000));
        Check(1, ClaimStatus.DepositSpent, SignVoucher(Id, 1_001), SignVoucher(Id, UInt128.MaxValue));
        Assert.Equal(Amount.Zero, world.State.FindX402Channel(Id)!.Remaining);
        Assert.Equal(new Amount(1_000), world.State.FindX402Channel(Id)!.Claimed);
    }

    [Fact]
    public void L194_entries_are_taken_in_order_each_on_what_the_one_before_left()
    {
        var receipt = world.Run(
            1, X402Claims(SignVoucher(Id, 10), SignVoucher(Id, 30), SignVoucher(Id, 20), SignVoucher(Id, 1_500)));
        Assert.Equal(
            [(ClaimStatus.Paid, 10UL), (ClaimStatus.Paid, 20UL), (ClaimStatus.NothingNew, 0UL),
                (ClaimStatus.PaidUpToDeposit, 970UL)],
            receipt.Claims.Select(claim => (claim.Status, (ulong)claim.Paid.Atomic)));
    }

    [Fact]
    public void L195_who_claims_is_the_receivers_side_and_a_bad_signature_is_not_helped_by_the_account()
    {
        var config = X402Config(1) with { ReceiverAuthorizer = AddressOf(3) };
        var id = config.IdIn(Network);
        world.Run(0, Deposit(config, 1_000));
        Check(0, ClaimStatus.NotReceiverSide, SignVoucher(id, 1));
        Check(1, ClaimStatus.Paid, SignVoucher(id, 1));
        Check(3, ClaimStatus.Paid, SignVoucher(id, 2));
        Operation.ClaimX402Channels[] unsigned =
        [
            SignClaims([SignVoucher(id, 3)]),
            X402Claims(SignVoucher(id, 3)) with { Signature = default(Busbar.Keys.RecoverableSignature) },
        ];
        foreach (var claims in unsigned)
        {
            Assert.Equal(ClaimStatus.NotReceiverSide, world.Run(1, claims).Claims[0].Status);
        }
    }

    [Fact]
    public void L191_a_payer_without_authorizer_signs_vouchers_itself_and_with_one_it_does_not()
    {
        var own = X402WalletConfig();
        var authorized = own with { PayerAuthorizer = Wallets[2].Address };
        foreach (var config in new[] { own, authorized })
        {
            world.Run(3, SignDeposit(world.Write3009Deposit(config, 100)));
        }

        Check(1, ClaimStatus.SignatureInvalid, SignVoucher(own.IdIn(Network), 1, wallet: 2));
        Check(1, ClaimStatus.Paid, SignVoucher(own.IdIn(Network), 1, wallet: 0));
        Check(1, ClaimStatus.SignatureInvalid, SignVoucher(authorized.IdIn(Network), 1, wallet: 0));
        Check(1, ClaimStatus.Paid, SignVoucher(authorized.IdIn(Network), 1, wallet: 2));
    }

    private void Check(int key, ClaimStatus status, params X402Claim[] claims) => Assert.All(
        world.Run(key, X402Claims(claims)).Claims, claim => Assert.Equal(status, claim.Status));
}
