using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Busbar.Processes;

/// <summary>The built `busbar` as a process of its own, with its output line by line. Ends with the test.</summary>
internal sealed partial class BusbarProcess : IAsyncDisposable
{
    private const int Sigterm = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "busbar.dll");

    private readonly Process process;
    private readonly OutputLines output;
    private readonly OutputLines errors;

    private BusbarProcess(Process process)
    {
        this.process = process;
        output = new OutputLines(process.StandardOutput);
        errors = new OutputLines(process.StandardError);
    }

    /// <summary>Starts `busbar` with arguments.</summary>
    public static BusbarProcess Start(params string[] arguments) => Start(input: null, arguments);

    /// <summary>Starts `busbar` with arguments and gives it standard input.</summary>
    public static BusbarProcess Start(string? input, string[] arguments) =>
        Start(input, "dotnet", [Program, .. arguments]);

    /// <summary>Starts another program that runs `busbar`: the command line of that is what follows its own.</summary>
    public static BusbarProcess StartIn(
        string program, string[] before, (string Name, string Value)[] environment, params string[] arguments) =>
        Start(input: null, program, [.. before, "dotnet", Program, .. arguments], environment);

    private static BusbarProcess Start(
        string? input, string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        var info = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var argument in arguments)
        {
            info.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }

        var process = Process.Start(info) ?? throw new InvalidOperationException(program + " did not start");
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        return new BusbarProcess(process);
    }

    /// <summary>Runs `busbar` to its end.</summary>
    public static Task<Finished> RunAsync(params string[] arguments) => RunAsync(input: null, arguments);

    /// <summary>Runs `busbar` to its end, with standard input.</summary>
    public static async Task<Finished> RunAsync(string? input, string[] arguments)
    {
        await using var busbar = Start(input, arguments);
        return await busbar.WaitAsync();
    }

    /// <summary>True while it runs.</summary>
    public bool IsRunning => !process.HasExited;

    /// <summary>The first line of standard output, as JSON.</summary>
    public async Task<JsonElement> FirstLineAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            return JsonDocument.Parse(await output.FirstAsync(_ => true, deadline.Token)).RootElement;
        }
        catch (EndOfStreamException)
        {
            throw new InvalidOperationException("no line came; standard error: " + errors.Text);
        }
    }

    /// <summary>Waits for a line on standard error; false when the process ended without one.</summary>
    public async Task<bool> SaysAsync(Func<string, bool> line)
    {
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            await errors.FirstAsync(line, deadline.Token);
            return true;
        }
        catch (EndOfStreamException)
        {
            return false;
        }
    }

    /// <summary>SIGKILL: it gets no chance to save anything.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await WaitAsync();
    }

    /// <summary>SIGTERM: it is asked to stop.</summary>
    public async Task<Finished> TerminateAsync()
    {
        Assert.Equal(0, SendSignal(process.Id, Sigterm));
        return await WaitAsync();
    }

    /// <summary>Waits for its end.</summary>
    public async Task<Finished> WaitAsync()
    {
        using var deadline = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(deadline.Token);
        await output.EndAsync(deadline.Token);
        await errors.EndAsync(deadline.Token);
        return new Finished(process.ExitCode, output.Text, errors.Text);
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            // What another program started ends with it.
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int pid, int signal);
}

/// <summary>How a process ended.</summary>
internal sealed record Finished(int ExitCode, string Output, string Errors)
{
    /// <summary>The only line of standard output, as JSON.</summary>
    public JsonElement Json
    {
        get
        {
            var lines = Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.True(lines.Length == 1, $"one line expected, exit code {ExitCode}:\n{Output}\n{Errors}");
            return JsonDocument.Parse(lines[0]).RootElement;
        }
    }

    /// <summary>Asserts an exit code and shows the output when it is another.</summary>
    public Finished ExitsWith(int code)
    {
        Assert.True(ExitCode == code, string.Create(
            CultureInfo.InvariantCulture, $"exit code {ExitCode}, expected {code}:\n{Output}\n{Errors}"));
        return this;
    }
}
