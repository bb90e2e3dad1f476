using System.Globalization;
using Busbar.Processes;

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

    [Fact]
    public async Task A_demo_that_is_killed_again_and_again_buys_no_row_twice()
    {
        const int kills = 6;
        var data = folder.File("demo");
        var file = folder.File("bought.csv");
        for (var kill = 0; kill < kills; kill++)
        {
            await using var demo = BusbarProcess.Start("demo", "--json", "--data", data);
            if (kill % 3 != 0 && !await demo.SaysAsync(line => line.Contains("payments/s", StringComparison.Ordinal)))
            {
                break;
            }

            await Task.Delay(random.Next(300), TestContext.Current.CancellationToken);
            if (demo.IsRunning)
            {
                await demo.KillAsync();
            }
        }

        var last = (await BusbarProcess.RunAsync("demo", "--json", "--data", data, "--out", file)).ExitsWith(0);

        DemoTests.AssertAccount(last.Json, AllRows, AllRows, Price);
        Assert.Equal(WeatherSource.Bytes, await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken));
        var network = Path.Combine(data, "network");
        (await BusbarProcess.RunAsync("verify", "--data", network, "--json")).ExitsWith(0);
    }

    [Fact]
    public async Task Verify_replays_a_data_folder_and_notices_a_flipped_byte()
    {
        var data = folder.File("demo");
        (await BusbarProcess.RunAsync("demo", "--json", "--rows", "30", "--data", data)).ExitsWith(0);
        var network = Path.Combine(data, "network");

        var honest = (await BusbarProcess.RunAsync("verify", "--data", network, "--json")).ExitsWith(0).Json;
        FlipAByte(network);
        var damaged = await BusbarProcess.RunAsync("verify", "--data", network, "--json");

        Assert.Equal("verify", honest.GetProperty("kind").GetString());
        Assert.True(honest.GetProperty("conserved").GetBoolean());
        Assert.True(honest.GetProperty("height").GetUInt64() >= 2);
        Assert.Equal(66, honest.GetProperty("stateRoot").GetString()!.Length);
        damaged.ExitsWith(1);
    }

    /// <summary>Changes one byte in the middle of the largest file that holds blocks.</summary>
    private static void FlipAByte(string network)
    {
        var file = new DirectoryInfo(network)
            .EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.Extension is ".sst" or ".log")
            .MaxBy(file => file.Length)!;
        using var stream = file.Open(FileMode.Open);
        stream.Position = stream.Length / 2;
        var value = stream.ReadByte();
        stream.Position = stream.Length / 2;
        stream.WriteByte((byte)(value ^ 0x40));
    }
}
