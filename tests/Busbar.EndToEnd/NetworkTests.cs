using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Busbar.Processes;

namespace Busbar.EndToEnd;

public sealed class NetworkTests : IDisposable
{
    private const string Stranger = "0x000000000000000000000000000000000000bEEF";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_ready_line_says_everything_that_a_client_needs()
    {
        await using var network = await RunningNetwork.StartAsync("--port", "0", "--accounts", "3");

        var ready = network.Ready;
        Assert.Equal("ready", ready.GetProperty("kind").GetString());
        Assert.Equal("eip155:402402", ready.GetProperty("network").GetString());
        Assert.Equal("1", ready.GetProperty("assetVersion").GetString());
        Assert.Equal(9, ready.GetProperty("assetDecimals").GetInt32());
        Assert.NotEmpty(ready.GetProperty("assetName").GetString()!);
        Assert.Equal(3, ready.GetProperty("accounts").GetArrayLength());
        Assert.True(ready.GetProperty("pid").GetInt32() > 0);
        var nodes = ready.GetProperty("nodes").EnumerateArray().ToArray();
        Assert.Equal(4, nodes.Length);
        Assert.Equal(network.Api, nodes[0].GetProperty("api").GetString());
        Assert.All(nodes, node => Assert.True(Directory.Exists(node.GetProperty("dataFolder").GetString())));
        Assert.All(nodes, node => Assert.NotNull(node.GetProperty("peer").GetString()));
        Assert.Equal(1_000_000_000_000_000UL, await network.BalanceAsync(network.Account(2)));
    }

    [Fact]
    public async Task SIGTERM_stops_it_cleanly_and_a_temporary_folder_goes_away()
    {
        await using var network = await RunningNetwork.StartAsync("--port", "0");
        var data = network.Ready.GetProperty("dataFolder").GetString();

        (await network.Process.TerminateAsync()).ExitsWith(0);

        Assert.False(Directory.Exists(data));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_a_clear_error()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture);

        var up = await BusbarProcess.RunAsync("up", "--json", "--port", port);

        Assert.Equal("NodeCannotStart", up.ExitsWith(1).Json.GetProperty("code").GetString());
        Assert.Contains(port, up.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payment_arrives_once_however_often_it_is_retried()
    {
        await using var network = await RunningNetwork.StartAsync("--port", "0");
        var key = network.WriteKey(folder, 0);
        string[] pay =
            ["pay", "--key", key, "--to", Stranger, "--amount", "0.25", "--json", "--api", network.Api];
        var payment = (await BusbarProcess.RunAsync(pay)).ExitsWith(0).Json;
        var intent = payment.GetProperty("intent").GetString()!;

        var again = (await BusbarProcess.RunAsync([.. pay, "--intent", intent])).ExitsWith(0).Json;
        var asked = (await BusbarProcess.RunAsync("intent", intent, "--json", "--api", network.Api)).ExitsWith(0).Json;
        string[] other =
            ["pay", "--key", key, "--to", Stranger, "--amount", "0.26", "--json", "--api", network.Api];
        var reused = await BusbarProcess.RunAsync([.. other, "--intent", intent]);

        Assert.Equal("final", payment.GetProperty("status").GetString());
        Assert.Equal("Ok", payment.GetProperty("result").GetString());
        Assert.Equal(
            ["kind", "intent", "status", "result", "height", "feeAtomic"],
            payment.EnumerateObject().Select(property => property.Name));
        Assert.Equal(payment.GetRawText(), again.GetRawText());
        Assert.Equal(payment.GetRawText(), asked.GetRawText());
        Assert.Equal("IntentReused", reused.ExitsWith(1).Json.GetProperty("code").GetString());
        Assert.Equal(250_000_000UL, await network.BalanceAsync(Stranger));
    }

    [Fact]
    public async Task A_payment_that_nobody_waits_for_becomes_final_by_itself()
    {
        await using var network = await RunningNetwork.StartAsync("--port", "0");
        var key = network.WriteKey(folder, 1);

        var payment = (await BusbarProcess.RunAsync(
            "pay", "--key", key, "--to", Stranger, "--amount", "1", "--no-wait", "--json", "--api", network.Api))
            .ExitsWith(0).Json;
        var intent = payment.GetProperty("intent").GetString()!;
        JsonElement asked;
        do
        {
            asked = (await BusbarProcess.RunAsync("intent", intent, "--json", "--api", network.Api)).ExitsWith(0).Json;
        }
        while (asked.GetProperty("status").GetString() != "final");

        Assert.Equal(1_000_000_000UL, await network.BalanceAsync(Stranger));
    }

    [Fact]
    public async Task Paying_more_than_there_is_fails_and_says_so()
    {
        await using var network = await RunningNetwork.StartAsync("--port", "0");
        var key = network.WriteKey(folder, 0);

        var payment = await BusbarProcess.RunAsync(
            "pay", "--key", key, "--to", Stranger, "--amount", "2000000", "--json", "--api", network.Api);

        payment.ExitsWith(1);
        Assert.NotEqual("Ok", payment.Json.GetProperty("result").GetString());
        Assert.Equal(0UL, await network.BalanceAsync(Stranger));
    }

    [Fact]
    public async Task Nobody_at_the_API_is_a_clear_error()
    {
        var balance = await BusbarProcess.RunAsync("balance", Stranger, "--json", "--api", "http://127.0.0.1:9");

        Assert.Equal("NodeUnreachable", balance.ExitsWith(1).Json.GetProperty("code").GetString());
        Assert.Contains("busbar up", balance.Errors, StringComparison.Ordinal);
    }
}
