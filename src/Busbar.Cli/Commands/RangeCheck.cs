using System.CommandLine;
using System.CommandLine.Parsing;

namespace Busbar.Cli.Commands;

/// <summary>Refuses a number outside a range as wrong usage.</summary>
internal static class RangeCheck
{
    /// <summary>Adds an error unless the option's value lies in the range, both ends included.</summary>
    public static void Apply(OptionResult result, Option<int> option, int least, int most)
    {
        // A text that is no number at all has an error of its own.
        if (!result.Errors.Any() && result.GetValueOrDefault<int>() is var value && (value < least || value > most))
        {
            result.AddError($"{option.Name} {value} is out of range: write {least} to {most}.");
        }
    }
}
