using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace Busbar.Interop;

/// <summary>The reader in reader/, another implementation of spec/ in TypeScript, as a process of Node.js.</summary>
internal static class VectorReader
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly ConcurrentDictionary<string, Task<IReadOnlyList<CheckedCase>>> Committed = [];

    /// <summary>The folder of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The folder spec/vectors.</summary>
    public static string Folder { get; } = Path.Combine(Root, "spec", "vectors");

    /// <summary>What the reader says of a committed file; asked once.</summary>
    public static Task<IReadOnlyList<CheckedCase>> CheckAsync(string kind) => Committed.GetOrAdd(
        kind, static name => CheckAsync(name, Path.Combine(Folder, name + ".json")));

    /// <summary>What the reader says of a file of that kind.</summary>
    public static async Task<IReadOnlyList<CheckedCase>> CheckAsync(string kind, string file)
    {
        var program = Path.Combine(Root, "tests", "Busbar.Interop", "reader", "dist", "main.js");
        Assert.True(File.Exists(program), "not built: run npm ci and npm run build in tests/Busbar.Interop/reader");
        var start = new ProcessStartInfo("node", [program, kind, file])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        var lines = await process.StandardOutput.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        Assert.True(process.ExitCode == 0, await errors);
        return [.. lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
    }

    private static CheckedCase Parse(string line)
    {
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        return new CheckedCase(
            root.GetProperty("group").GetString()!,
            root.GetProperty("name").GetString()!,
            root.GetProperty("problem").GetString());
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Busbar.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("No Busbar.slnx above.");
        }

        return folder;
    }
}

/// <summary>A case that the reader looked at, and what is wrong with it; null when nothing is.</summary>
internal sealed record CheckedCase(string Group, string Name, string? Problem);
