using System.Diagnostics;
using System.Text.Json;
using Busbar.Processes;

namespace Busbar.Interop;

/// <summary>
/// A program of stock/, run by Node.js with packages of others as they are. It prints a line of JSON for whatever it
/// has to say; the first line of a server says where it listens. Ends with the test.
/// </summary>
internal sealed class NodeProgram : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly string Folder = Path.Combine(VectorReader.Root, "tests", "Busbar.Interop", "stock");

    private readonly Process process;
    private readonly OutputLines output;
    private readonly OutputLines errors;

    private NodeProgram(Process process)
    {
        this.process = process;
        output = new OutputLines(process.StandardOutput);
        errors = new OutputLines(process.StandardError);
    }

    /// <summary>Starts a program; its settings reach it as one argument of JSON.</summary>
    public static NodeProgram Start(string name, object settings)
    {
        Assert.True(
            Directory.Exists(Path.Combine(Folder, "node_modules")),
            "not installed: run npm ci in tests/Busbar.Interop/stock");
        var info = new ProcessStartInfo("node", [Path.Combine(Folder, name), JsonSerializer.Serialize(settings)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Folder,
        };
        return new NodeProgram(Process.Start(info) ?? throw new InvalidOperationException("node did not start"));
    }

    /// <summary>Runs a program to its end, which must be a good one, and gives its lines.</summary>
    public static async Task<IReadOnlyList<JsonElement>> RunAsync(string name, object settings)
    {
        await using var program = Start(name, settings);
        return await program.EndAsync();
    }

    /// <summary>The first line of JSON that satisfies a condition.</summary>
    public async Task<JsonElement> LineAsync(Func<JsonElement, bool> condition)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            return Parse(await output.FirstAsync(line => condition(Parse(line)), patience.Token));
        }
        catch (Exception failure) when (failure is OperationCanceledException or EndOfStreamException)
        {
            throw new InvalidOperationException($"said nothing of the kind: {output.Text}{errors.Text}", failure);
        }
    }

    /// <summary>Waits for the end of the program.</summary>
    public async Task<IReadOnlyList<JsonElement>> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);
        await output.EndAsync(patience.Token);
        await errors.EndAsync(patience.Token);
        Assert.True(process.ExitCode == 0, output.Text + errors.Text);
        return [.. output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse)];
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static JsonElement Parse(string line) => JsonDocument.Parse(line).RootElement.Clone();
}
