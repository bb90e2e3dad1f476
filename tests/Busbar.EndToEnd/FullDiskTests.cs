using System.Diagnostics;
using Busbar.Processes;

namespace Busbar.EndToEnd;

[Collection(Cluster.Collection)]
public sealed class FullDiskTests : IDisposable
{
    private const int Small = 2;

    // What a new node allocates, 12.2 MiB, and some seconds of payments.
    private const string SmallSize = "13500k";
    private const string Unshare = "unshare";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_node_whose_disk_fills_up_stops_with_a_clear_error_and_goes_on_when_there_is_room()
    {
        await AssertCanMountAsync();
        await using var cluster = await Cluster.CreateAsync(folder);
        var small = cluster.Nodes[Small];
        Directory.CreateDirectory(small.Config.DataFolder);
        var saved = folder.File("saved");

        // A file system of its own, seen by this process only: what it held is copied out when the node has ended.
        await small.StartAsync(Unshare, [
            "-rm",
            "sh",
            "-c",
            "mount -t tmpfs -o size=" + SmallSize + " tmpfs \"$0\" && { shift; \"$@\"; code=$?; "
                + "cp -a \"$0\" \"$SAVED\"; exit $code; }",
            small.Config.DataFolder,
            "--",
        ], ("SAVED", saved));
        await cluster.StartAllAsync();
        Assert.True(small.Votes);

        await using var load = await PaymentLoad.StartAsync(cluster, payers: 8, pauseMs: 0);
        var ended = await small.Process.WaitAsync();
        Assert.Contains("No space left on device", ended.ExitsWith(1).Errors, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Unhandled exception", ended.Errors, StringComparison.Ordinal);
        await load.MoreAsync(20, "without the node whose disk is full");

        // :: The same folder with room: its votes are all there, so it votes on, and nothing is damaged.
        Directory.Delete(small.Config.DataFolder, recursive: true);
        Directory.Move(saved, small.Config.DataFolder);
        await small.StartAsync();
        Assert.True(small.Votes, small.Ready.GetRawText());
        await Cluster.ReadyAsync(small);
        await Cluster.ReachesAsync(small, await cluster.Nodes[0].HeightAsync());
        await load.StopAsync();
        await load.AssertBooksAsync([small], "with room again");
        await small.StopAsync();
        Assert.True((await small.VerifyAsync()).GetProperty("conserved").GetBoolean());
    }

    private static async Task AssertCanMountAsync()
    {
        var folder = Path.GetTempPath();
        var info = new ProcessStartInfo(Unshare, ["-rm", "sh", "-c", "mount -t tmpfs tmpfs \"$0\"", folder])
        {
            RedirectStandardError = true,
        };
        using var probe = Process.Start(info)!;
        var errors = await probe.StandardError.ReadToEndAsync();
        await probe.WaitForExitAsync();
        Assert.True(
            probe.ExitCode == 0,
            "This test fills a small file system in a mount namespace of its own, and this machine allows none. Run it "
            + "on Linux where `unshare -rm` works. " + errors);
    }
}
