using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace Busbar.Cli.Commands;

/// <summary>All commands of `busbar`.</summary>
internal static class CommandTree
{
    /// <summary>Builds the tree.</summary>
    public static RootCommand Build()
    {
        var root = new RootCommand("Busbar: machines pay machines, for exactly what they use, when they use it.")
        {
            DemoCommand.Build(),
            UpCommand.Build(),
            NodeCommand.Build(),
            KeyCommand.Build(),
            BalanceCommand.Build(),
            PayCommand.Build(),
            FeeCommand.Build(),
            IntentCommand.Build(),
            ChannelCommand.Build(),
            MandateCommand.Build(),
            ProofCommand.Build(),
            VerifyProofCommand.Build(),
            VerifyCommand.Build(),
            VoteCommand.Build(),
            SimulateCommand.Build(),
            FuzzCommand.Build(),
            GenesisCommand.Build(),
        };
        foreach (var help in root.Options.OfType<HelpOption>())
        {
            help.Action = new HelpWithExamples((HelpAction)help.Action!);
        }

        return root;
    }

    /// <summary>Writes what is wrong with a command line and how it is used to standard error.</summary>
    public static int ReportWrongUsage(RootCommand root, ParseResult parse)
    {
        foreach (var error in parse.Errors)
        {
            Console.Error.WriteLine("busbar: " + error.Message);
        }

        Console.Error.WriteLine();
        var path = new List<string>();
        for (var result = parse.CommandResult; result.Command != root; result = (CommandResult)result.Parent!)
        {
            path.Insert(0, result.Command.Name);
        }

        root.Parse([.. path, "--help"]).Invoke(new InvocationConfiguration { Output = Console.Error });
        return ExitCode.Usage;
    }
}
