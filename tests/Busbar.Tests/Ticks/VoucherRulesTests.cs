using Busbar.Ticks;

namespace Busbar.Tests.Ticks;

/// <summary>Succession of vouchers: T-12.</summary>
public class VoucherRulesTests
{
    [Theory]
    [InlineData(2UL, 1070UL, VoucherStatus.Accepted)]
    [InlineData(9UL, 5000UL, VoucherStatus.Accepted)]
    [InlineData(1UL, 1070UL, VoucherStatus.EpochNotHigher)]
    [InlineData(0UL, 0UL, VoucherStatus.EpochNotHigher)]
    [InlineData(2UL, 1069UL, VoucherStatus.BaseTooLow)]
    [InlineData(2UL, 1000UL, VoucherStatus.BaseTooLow)]
    public void T12_a_next_voucher_has_a_higher_epoch_and_keeps_what_was_paid(
        ulong epoch, ulong @base, VoucherStatus expected)
    {
        var payer = TickSamples.Generator(4, 4);
        var payee = TickVerifier.Restore(payer.Voucher, payer.TickAt(10), payer.PathOf(2));
        var next = TickSamples.Generator(1, 2, tickValue: 1, @base, epoch).Voucher;

        Assert.Equal(expected, VoucherRules.CheckNext(payer.Voucher, payee.BestValue, next));
    }

    [Fact]
    public void T12_a_voucher_of_another_channel_or_network_never_follows()
    {
        var last = TickSamples.Generator(4, 4).Voucher;
        var next = last with { Epoch = 0, Channel = TickSamples.OtherChannel };
        Assert.Equal(VoucherStatus.WrongChannel, VoucherRules.CheckNext(last, last.Base, next));
        next = last with { Epoch = 2, Network = new NetworkId(1) };
        Assert.Equal(VoucherStatus.WrongChannel, VoucherRules.CheckNext(last, last.Base, next));
    }
}
