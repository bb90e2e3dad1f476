using System.CommandLine;
using System.Globalization;
using Busbar.Cli.Output;
using Busbar.Node;
using Spectre.Console;

namespace Busbar.Cli.Commands;

/// <summary>`busbar verify`: replays a node's data folder offline, block by block.</summary>
internal static class VerifyCommand
{
    private const ulong BlocksPerNote = 10_000;

    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var folder = new Option<DirectoryInfo>("--data")
        {
            Description = "The data folder of a node that is not running.",
            HelpName = "DIR",
            Required = true,
        };
        var json = CommonOptions.Json();
        var command = new DocumentedCommand(
            "verify",
            "Replay a node's data folder from genesis: recompute every state root, check that no money appeared.",
            "busbar verify --data ./network")
        {
            folder, json,
        };
        command.SetAction((parse, stop) => CommandRunner.RunAsync(
            parse.GetValue(json),
            output => RunAsync(output, parse.GetRequiredValue(folder).FullName, stop),
            stop));
        return command;
    }

    private static async Task<int> RunAsync(CommandOutput output, string folder, CancellationToken stop)
    {
        // Replaying is work for a processor: it leaves the thread that listens for Ctrl+C.
        var verdict = await Task.Run(() => Verify(output, folder, stop), stop);
        if (verdict.Fault is not null || !verdict.Conserved)
        {
            throw new CommandFailedException(
                "DataFolderDamaged",
                verdict.Fault ?? "Money appeared or was lost.",
                $"Blocks {verdict.FromHeight} to {verdict.Height} are right; do not run a node on this folder.");
        }

        if (output.Json)
        {
            var line = new VerifyLine(
                "verify", verdict.FromHeight, verdict.Height, verdict.StateRoot.ToString(), verdict.Conserved);
            CommandOutput.WriteJson(line, OutputJson.Lines.VerifyLine);
            return ExitCode.Done;
        }

        if (verdict.FromHeight > 1)
        {
            output.Notes.MarkupLineInterpolated($"[yellow]Blocks before {verdict.FromHeight} are not kept.[/]");
            output.Notes.MarkupLine(
                "Nothing could be replayed from genesis: the others are checked by their certificates, and the state "
                + "by the root in the last one.");
        }

        output.Result.MarkupLine("[green]Every block is right, and no money appeared or was lost.[/]");
        output.Result.WriteTable(
            ("height", verdict.Height.ToString(CultureInfo.InvariantCulture)),
            ("state root", verdict.StateRoot.ToString()));
        return ExitCode.Done;
    }

    private static FolderVerdict Verify(CommandOutput output, string folder, CancellationToken stop)
    {
        try
        {
            return DataFolderVerifier.Verify(folder, (height, last) => Report(output, height, last), stop);
        }
        catch (NodeStartException failure)
        {
            throw new CommandFailedException("DataFolderUnreadable", failure.Message, null, failure);
        }
    }

    private static void Report(CommandOutput output, ulong height, ulong last)
    {
        if (height % BlocksPerNote == 0)
        {
            output.Notes.MarkupLineInterpolated($"[grey]block {height} of {last}[/]");
        }
    }
}
