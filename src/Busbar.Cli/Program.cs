using System.CommandLine;
using Busbar.Cli;
using Busbar.Cli.Commands;

using var stop = new StopSignal();
var root = CommandTree.Build();
var parse = root.Parse(args);
if (parse.Errors.Count > 0)
{
    return CommandTree.ReportWrongUsage(root, parse);
}

var configuration = new InvocationConfiguration
{
    EnableDefaultExceptionHandler = false,
    ProcessTerminationTimeout = null,
};
return await parse.InvokeAsync(configuration, stop.Token);
