using System.CommandLine;
using Busbar.Cli.KeyFiles;
using Busbar.Cli.Output;
using Busbar.Node;
using Busbar.Node.Config;
using Busbar.Node.Storage;
using Spectre.Console;

namespace Busbar.Cli.Commands;

/// <summary>`busbar node`: one validator, or one that follows, until somebody stops it.</summary>
internal static class NodeCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        var config = new Option<FileInfo>("--config")
        {
            Description = "The node's configuration, as `busbar genesis` writes it.",
            HelpName = "FILE",
            Required = true,
        };
        var passphraseFile = CommonOptions.PassphraseFile();
        var json = CommonOptions.Json();
        var command = new DocumentedCommand(
            "node",
            "Run one node of a network until Ctrl+C or SIGTERM. It votes while its key is a validator's.",
            "busbar node --config network/node-0/node.json",
            "busbar node --config network/node-0/node.json --json")
        {
            config, passphraseFile, json,
        };
        command.SetAction((parse, stop) => CommandRunner.RunAsync(
            parse.GetValue(json),
            output => RunAsync(output, parse.GetRequiredValue(config).FullName, parse.GetValue(passphraseFile), stop),
            stop));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandOutput output, string path, string? passphraseFile, CancellationToken stop)
    {
        var config = NodeConfigFile.Read(path);
        using var key = KeyFile.Open(
            config.KeyPath, KeyFile.Read(config.KeyPath), () => Passphrase.Ask(output, passphraseFile));
        await using var node = await NodeHost.StartAsync(
            new NodeOptions
            {
                Genesis = GenesisFile.Read(config.GenesisPath),
                ValidatorKey = key,
                KeyMarkPath = JournalMark.PathBeside(config.KeyPath),
                DataFolder = config.DataFolder,
                ApiAddress = config.Api.Address,
                ApiPort = config.Api.Port,
                PeerAddress = config.Peer.Address,
                PeerPort = config.Peer.Port,
                Peers = config.Peers,
                RetentionBlocks = config.RetentionBlocks,
                Pace = config.Pace ?? new(),
            },
            stop);
        Report(output, node, config, KeyText.Format(key.PublicKey));
        try
        {
            // A node that can go on no more ends the command with its reason.
            await node.Completion.WaitAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Being told to stop is how this command ends.
        }

        output.Notes.MarkupLine("[grey]Stopping.[/]");
        return ExitCode.Done;
    }

    private static void Report(CommandOutput output, NodeHost node, NodeConfig config, string key)
    {
        var api = node.Api.GetLeftPart(UriPartial.Authority);
        var peer = $"{config.Peer.Address}:{node.PeerPort}";
        if (output.Json)
        {
            CommandOutput.WriteJson(
                new NodeLine(
                    "ready",
                    api,
                    peer,
                    key,
                    node.State.Votes,
                    node.WhyNotVoting,
                    node.Head.Height,
                    Environment.ProcessId,
                    node.DataFolder),
                OutputJson.Lines.NodeLine);
            return;
        }

        output.Result.MarkupLineInterpolated($"[green]The node is up[/] at [bold]{api}[/]");
        output.Result.WriteTable(
            ("pid", Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("key", key),
            ("votes", node.State.Votes ? "yes" : "no, it follows"),
            ("height", node.Head.Height.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ("peers", peer),
            ("data", node.DataFolder));
        if (node.WhyNotVoting is { } reason)
        {
            output.Notes.MarkupLineInterpolated($"[yellow]It does not vote:[/] {reason}");
        }

        output.Result.MarkupLine("[grey]Ctrl+C stops.[/]");
    }
}
