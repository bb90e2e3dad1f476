using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Spectre.Console;

namespace Busbar.Cli.Output;

/// <summary>
/// Where a command writes: results to standard output, as JSON lines or for people, and everything else to
/// standard error. Colour only on a terminal, and never with NO_COLOR. Not thread-safe.
/// </summary>
internal sealed class CommandOutput
{
    /// <summary>Columns of text that goes to a file or a pipe: nothing there wraps lines.</summary>
    private const int RedirectedWidth = 400;

    public CommandOutput(bool json)
    {
        Json = json;
        Result = CreateConsole(Console.Out, Console.IsOutputRedirected);
        Notes = CreateConsole(Console.Error, Console.IsErrorRedirected);
    }

    /// <summary>True when results are JSON lines.</summary>
    public bool Json { get; }

    /// <summary>Results for people, on standard output; not used with --json.</summary>
    public IAnsiConsole Result { get; }

    /// <summary>Progress, prompts and errors, on standard error.</summary>
    public IAnsiConsole Notes { get; }

    /// <summary>Writes one JSON object as one line, at once.</summary>
    public static void WriteJson<T>(T line, JsonTypeInfo<T> type)
    {
        Console.Out.WriteLine(JsonSerializer.Serialize(line, type));
        Console.Out.Flush();
    }

    /// <summary>Writes a failure: for people to standard error, and with --json as an object too.</summary>
    public int Fail(CommandFailedException failure)
    {
        if (Json)
        {
            var line = new ErrorLine("error", failure.Code, failure.Message, failure.Hint);
            WriteJson(line, OutputJson.Lines.ErrorLine);
        }

        Notes.MarkupLineInterpolated($"[red]busbar:[/] {failure.Message}");
        if (failure.Hint is not null)
        {
            Notes.MarkupLineInterpolated($"[grey]{failure.Hint}[/]");
        }

        return ExitCode.Failed;
    }

    private static IAnsiConsole CreateConsole(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
            Out = new AnsiConsoleOutput(writer),
        });
        if (redirected)
        {
            console.Profile.Width = RedirectedWidth;
        }

        return console;
    }
}
