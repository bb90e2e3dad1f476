using System.Net;
using Busbar.Api;
using Busbar.Client;
using Busbar.Ethereum;
using Busbar.Keys;
using Busbar.Node;
using Busbar.Transactions;

namespace Busbar.Tests.Node;

public sealed class EnvelopeApiTests(ApiTests.Network network) : IClassFixture<ApiTests.Network>
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    private LocalNetwork Local => network.Local;

    [Fact]
    public async Task A10_A14_A19_an_authorization_alone_is_paid_once_and_its_transfer_is_an_event()
    {
        using var client = new BusbarClient(network.Http);
        var (wallet, to) = (await WalletAsync(client, 6), Local.Accounts[7].Address);
        var before = await TestPayments.BalanceAsync(network.Http, to);
        var operation = wallet.Authorize(Local.Dollar, to, new Amount(321), TimeSpan.FromHours(20));
        var bare = new BareAuthorization(wallet.Network, operation);
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ =>
            client.SubmitAsync(bare, Wait, TestContext.Current.CancellationToken)));
        Assert.All(
            answers,
            answer => Assert.Equal((answers[0], "Ok", "15000"), (answer, answer.Result, answer.FeeAtomic)));
        Assert.Equal(before + new Amount(321), await TestPayments.BalanceAsync(network.Http, to));
        Assert.Equal(
            answers[0],
            await client.GetIntentAsync(
                bare.Transaction.IntentId, wallet.Address, Wait, TestContext.Current.CancellationToken));
        await foreach (var (_, happened) in client.EventsAsync(to, "0.0.0", TestContext.Current.CancellationToken))
        {
            Assert.Equal(("transfer", "321"), (happened.Kind, happened.Atomic));
            Assert.Equal(operation.Authorization.Nonce.ToString(), happened.Reference);
            break;
        }
    }

    [Fact]
    public async Task A19_an_authorization_that_would_fail_says_why()
    {
        using var client = new BusbarClient(network.Http);
        var wallet = await WalletAsync(client, 8);
        var operation = wallet.Authorize(
            Local.Dollar, Local.Accounts[9].Address, new Amount(UInt128.MaxValue), TimeSpan.FromHours(1));
        var refused = await Assert.ThrowsAsync<BusbarException>(() => client.SubmitAsync(
            new BareAuthorization(wallet.Network, operation), Wait, TestContext.Current.CancellationToken));
        Assert.Equal("OperationFails", refused.Code);
        Assert.Contains("BalanceTooLow", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A19_ethereum_transactions_execute_in_the_order_of_their_nonces_and_once()
    {
        using var client = new BusbarClient(network.Http);
        var (key, to) = (Local.Accounts[3], Local.Accounts[4].Address);
        var before = await TestPayments.BalanceAsync(network.Http, to);
        var first = Pay(key, 0, to, 5);
        var ahead = await Assert.ThrowsAsync<BusbarException>(() =>
            client.SubmitAsync(Pay(key, 1, to, 5), Wait, TestContext.Current.CancellationToken));
        Assert.Equal(("NonceAhead", HttpStatusCode.UnprocessableEntity), (ahead.Code, ahead.Status));
        var paid = await client.SubmitAsync(first, Wait, TestContext.Current.CancellationToken);
        Assert.Equal(("final", "Ok", "10000"), (paid.Status, paid.Result, paid.FeeAtomic));
        Assert.Equal(paid, await client.SubmitAsync(first, Wait, TestContext.Current.CancellationToken));
        Assert.Equal(
            paid,
            await client.GetIntentAsync(
                EthereumTransaction.IntentOf(first.SigningHash()), null, Wait, TestContext.Current.CancellationToken));
        var used = await Assert.ThrowsAsync<BusbarException>(() =>
            client.SubmitAsync(Pay(key, 0, to, 6), Wait, TestContext.Current.CancellationToken));
        Assert.Equal(("NonceUsed", HttpStatusCode.Conflict), (used.Code, used.Status));
        var second = await client.SubmitAsync(Pay(key, 1, to, 5), Wait, TestContext.Current.CancellationToken);
        Assert.Equal("Ok", second.Result);
        Assert.Equal(before + new Amount(10), await TestPayments.BalanceAsync(network.Http, to));
    }

    private static async Task<Wallet> WalletAsync(BusbarClient client, int account) => new(
        DevelopmentKeys.Account(account), await client.GetNetworkAsync(TestContext.Current.CancellationToken));

    private EthereumTransaction Pay(PrivateKey key, ulong nonce, Address to, ulong atomic)
    {
        var raw = new RawTransaction(
            2,
            NetworkId.Development,
            nonce,
            Uint256.FromUInt128(1_000_000_000),
            default,
            1_000_000,
            to,
            Uint256.FromUInt128((UInt128)atomic * 1_000_000_000),
            default);
        var bytes = raw.Encode(key.SignRecoverable(raw.SigningHash()));
        Assert.Equal(DecodeError.Unset, EthereumTransaction.TryCreate(bytes, Local.Dollar, 9, null, out var signed));
        return signed!;
    }
}
