using Busbar.Api;
using Busbar.Client;
using Busbar.Keys;
using Busbar.Transactions;
using static Busbar.Simulation.Model.LedgerWorld;

namespace Busbar.Tests.Client;

public sealed class TypedDataTests
{
    private readonly LedgerWorld world = new();
    private readonly Wallet wallet = new(Wallets[0], Describe(), new FixedTime());

    [Fact]
    public void L161_L164_L173_what_the_wallet_signs_executes_under_the_networks_own_names()
    {
        var pay = wallet.Authorize(Dollar, AddressOf(1), new Amount(7), TimeSpan.FromSeconds(60));
        Assert.Equal(TransactionStatus.Ok, world.Run(3, pay).Status);
        Assert.Equal(world.Seconds - 1 + 60, pay.Authorization.ValidBeforeSeconds);
        var permit = wallet.Permit(Dollar, AddressOf(1), Amount.MaxValue, 0, TimeSpan.FromSeconds(60));
        Assert.Equal(TransactionStatus.Ok, world.Run(3, permit).Status);
        var other = wallet.Authorize(Dollar, AddressOf(1), new Amount(7), TimeSpan.FromSeconds(60)).Authorization;
        Assert.Equal(TransactionStatus.Ok, world.Run(3, wallet.CancelAuthorization(Dollar, other.Nonce)).Status);
        Assert.NotEqual(pay.Authorization.Nonce, other.Nonce);
        Assert.Equal(4, wallet.SignatureCount);
    }

    [Fact]
    public void L160_an_asset_that_the_network_does_not_have_and_a_key_of_another_kind_sign_nothing()
    {
        var unknown = Assert.Throws<BusbarException>(
            () => wallet.Authorize(NoAsset, AddressOf(1), new Amount(7), TimeSpan.FromSeconds(60)));
        Assert.Equal("AssetUnknown", unknown.Code);
        var ed25519 = new Wallet(Pairs[0], Describe());
        Assert.Throws<InvalidOperationException>(() => ed25519.CancelAuthorization(Dollar, Hash256.Zero));
        Assert.Equal(0, ed25519.SignatureCount);
    }

    [Fact]
    public void L145_a_delegates_wallet_signs_transactions_of_the_account_and_no_typed_data()
    {
        var delegated = new Wallet(Wallets[1], Describe(), account: Wallets[0].Address);
        Assert.Throws<InvalidOperationException>(
            () => delegated.Authorize(Dollar, AddressOf(1), new Amount(7), TimeSpan.FromSeconds(60)));
        Assert.Throws<InvalidOperationException>(() => delegated.CancelAuthorization(Dollar, Hash256.Zero));
        Assert.Throws<InvalidOperationException>(
            () => delegated.Permit(Dollar, AddressOf(1), new Amount(7), 0, TimeSpan.FromSeconds(60)));
        Assert.Equal(0, delegated.SignatureCount);
    }

    private static NetworkInfo Describe() => new(
        Network.ToString(),
        Network.ChainId,
        "",
        0,
        0,
        0,
        "",
        Dollar.ToString(),
        [new AssetInfo(Dollar.ToString(), "Dollar", "USD", "1", 9)],
        new Dictionary<string, string>(),
        0,
        0,
        0,
        1);

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds((long)Start.Ms);
    }
}
