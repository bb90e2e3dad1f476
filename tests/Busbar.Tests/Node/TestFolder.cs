using Busbar.Ledger;
using Busbar.Node;

namespace Busbar.Tests.Node;

/// <summary>A folder for nodes of one test, and what a disk can do to it.</summary>
internal sealed class TestFolder : IDisposable
{
    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("busbar-test-");

    public string this[string name] => Path.Combine(root.FullName, name);

    public void Dispose() => root.Delete(recursive: true);

    /// <summary>Copies one part of a node's folder, running or not: the journal, or the ledger.</summary>
    public void Copy(string from, string to, string part)
    {
        var (source, target) = (Path.Combine(this[from], part), Path.Combine(this[to], part));
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        if (File.Exists(source))
        {
            File.Copy(source, target, overwrite: true);
            return;
        }

        foreach (var file in Directory.GetFiles(source))
        {
            Directory.CreateDirectory(target);
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)), overwrite: true);
        }
    }

    /// <summary>A genesis whose network makes no block that nobody asked for.</summary>
    public static Genesis QuietGenesis()
    {
        var now = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        var genesis = DevelopmentNetwork.CreateGenesis(4, 1, new UnixTime(now - 1_000));
        return genesis with { Parameters = genesis.Parameters with { HeartbeatMs = 3_600_000 } };
    }

    /// <summary>Starts a node of that genesis on a folder.</summary>
    public Task<NodeHost> StartAsync(string name, Genesis genesis) => NodeHost.StartAsync(
        new NodeOptions
        {
            Genesis = genesis,
            ValidatorKey = DevelopmentKeys.Validator(0),
            DataFolder = this[name],
        },
        TestContext.Current.CancellationToken);
}
