using Busbar.EndToEnd.Processes;

namespace Busbar.EndToEnd;

public sealed class CrashTests : IDisposable
{
    private const int AllRows = 1_461;
    private const int Price = 100_000;

    // Fixed, so that a failure repeats as far as processes repeat anything.
    private readonly Random random = new(2_015);
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_node_that_is_killed_in_the_middle_of_the_demo_comes_back_and_nothing_is_lost()
    {
        var data = folder.File("network");
        await using var first = await RunningNetwork.StartAsync("--port", "0", "--data", data);
        await using var demo = BusbarProcess.Start("demo", "--json", "--api", first.Api, "--data", folder.File("demo"));
        Assert.True(await demo.SaysAsync(line => line.StartsWith("294/", StringComparison.Ordinal)));

        await first.Process.KillAsync();
        await Task.Delay(random.Next(500), TestContext.Current.CancellationToken);
        await using var second = await RunningNetwork.StartAsync("--port", first.Port, "--data", data);
        var finished = (await demo.WaitAsync()).ExitsWith(0);

        DemoTests.AssertAccount(finished.Json, AllRows, AllRows, Price);
        (await second.Process.TerminateAsync()).ExitsWith(0);
        var verify = (await BusbarProcess.RunAsync("verify", "--data", data, "--json")).ExitsWith(0).Json;
        Assert.True(verify.GetProperty("conserved").GetBoolean());
    }
}
