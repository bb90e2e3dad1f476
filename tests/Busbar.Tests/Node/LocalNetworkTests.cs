using System.Diagnostics;
using Busbar.Node;

namespace Busbar.Tests.Node;

public sealed class LocalNetworkTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_network_starts_takes_payments_and_leaves_no_temporary_folder()
    {
        var clock = Stopwatch.StartNew();
        var network = await LocalNetwork.StartAsync(cancellation: TestContext.Current.CancellationToken);
        var readyMs = clock.ElapsedMilliseconds;
        var data = network.DataFolder;
        var times = new List<double>();
        await using (network)
        {
            using var http = new HttpClient { BaseAddress = network.Api };
            for (var payment = 0UL; payment < 40; payment++)
            {
                var signed = TestPayments.SignedTransfer(network.Accounts[0], network.Accounts[1].Address, 1);
                clock.Restart();
                await TestPayments.PayAsync(http, signed);
                times.Add(clock.Elapsed.TotalMilliseconds);
            }

            Assert.True(Directory.Exists(data));
        }

        times.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"ready {readyMs} ms; submit to final p50 {times[times.Count / 2]:F1} ms, p95 {times[^2]:F1} ms");
        Assert.False(Directory.Exists(data));
    }

    [Fact]
    public async Task A_named_folder_goes_on_where_it_stopped()
    {
        var options = new LocalNetworkOptions { DataFolder = folder["named"], Accounts = 3 };
        string intent;
        await using (var first = await LocalNetwork.StartAsync(options, TestContext.Current.CancellationToken))
        {
            using var http = new HttpClient { BaseAddress = first.Api };
            var paid = await TestPayments.PayAsync(
                http, TestPayments.SignedTransfer(first.Accounts[0], first.Accounts[2].Address, 1));
            intent = paid.Intent;
        }

        await using var second = await LocalNetwork.StartAsync(
            options with { Accounts = 99 }, TestContext.Current.CancellationToken);
        Assert.Equal(3, second.Accounts.Count);
        using var again = new HttpClient { BaseAddress = second.Api };
        using var response = await again.GetAsync(
            new Uri($"/v1/intents/{intent}", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Ten_thousand_accounts_are_funded_and_one_more_is_refused()
    {
        var clock = Stopwatch.StartNew();
        await using var network = await LocalNetwork.StartAsync(
            new LocalNetworkOptions { Accounts = DevelopmentKeys.MaxAccounts }, TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper?.WriteLine($"10,000 accounts ready in {clock.ElapsedMilliseconds} ms");
        using var http = new HttpClient { BaseAddress = network.Api };
        Assert.Equal(
            DevelopmentNetwork.StartBalance, await TestPayments.BalanceAsync(http, network.Accounts[9_999].Address));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => LocalNetwork.StartAsync(
            new LocalNetworkOptions { Accounts = DevelopmentKeys.MaxAccounts + 1 },
                TestContext.Current.CancellationToken));
    }
}
