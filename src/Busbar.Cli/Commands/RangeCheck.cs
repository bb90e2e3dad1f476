using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Busbar.Cli.Commands;

/// <summary>Refuses a number outside a range as wrong usage.</summary>
internal static class RangeCheck
{
    /// <summary>Adds an error unless the option's value lies in the range, both ends included.</summary>
    public static void Apply(OptionResult result, Option<int> option, int least, int most)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : null;
        if (text is not null
            && (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
                || value < least || value > most))
        {
            result.AddError($"{option.Name} {text} is no number in the range: write {least} to {most}.");
        }
    }
}
