using Busbar.Cli.Output;
using Spectre.Console;

namespace Busbar.Cli.KeyFiles;

/// <summary>
/// Passphrases come from a file, from standard input or from the terminal without echo; never from the command
/// line, which every user of the machine can see.
/// </summary>
internal static class Passphrase
{
    /// <summary>The passphrase of an existing key file.</summary>
    public static string Ask(CommandOutput output, string? file) =>
        file is not null ? ReadFirstLine(file) : Prompt(output, "Passphrase:");

    /// <summary>A new passphrase, typed twice when a person types it.</summary>
    public static string AskNew(CommandOutput output, string? file)
    {
        if (file is not null)
        {
            return ReadFirstLine(file);
        }

        var first = Prompt(output, "New passphrase:");
        return first == Prompt(output, "Once more:")
            ? first
            : throw new CommandFailedException("WrongPassphrase", "The two passphrases differ.", "Try again.");
    }

    private static string ReadFirstLine(string file)
    {
        using var reader = file == "-" ? Console.In : File.OpenText(file);
        var line = reader.ReadLine();
        return string.IsNullOrEmpty(line)
            ? throw new CommandFailedException("PassphraseMissing", "The passphrase is empty.")
            : line;
    }

    private static string Prompt(CommandOutput output, string text)
    {
        if (Console.IsInputRedirected || !output.Notes.Profile.Capabilities.Interactive)
        {
            throw new CommandFailedException(
                "PassphraseMissing",
                "The key file needs a passphrase, and there is no terminal to ask for it.",
                "Name a file that holds it with --passphrase-file FILE, or - for standard input.");
        }

        return output.Notes.Prompt(new TextPrompt<string>(text).Secret(null));
    }
}
