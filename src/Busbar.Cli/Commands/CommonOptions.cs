using System.CommandLine;
using System.CommandLine.Parsing;

namespace Busbar.Cli.Commands;

/// <summary>Options and arguments that several commands share, with their parsing.</summary>
internal static class CommonOptions
{
    /// <summary>Decimals of the dollar that prices and budgets are written in.</summary>
    public const int DollarDecimals = 9;

    /// <summary>Where a node's API is unless said otherwise.</summary>
    public const string DefaultApi = "http://127.0.0.1:8402";

    /// <summary>--json: one JSON object a line on standard output.</summary>
    public static Option<bool> Json() => new("--json")
    {
        Description = "Write one JSON object a line to standard output, and nothing else there.",
    };

    /// <summary>--api URL.</summary>
    public static Option<Uri> Api() => new("--api")
    {
        Description = $"The node's API [default: {DefaultApi}].",
        HelpName = "URL",
        CustomParser = ParseUri,
        DefaultValueFactory = _ => new Uri(DefaultApi),
    };

    /// <summary>--key FILE.</summary>
    public static Option<FileInfo> Key() => new("--key")
    {
        Description = "The key file that signs (see `busbar key new`).",
        HelpName = "FILE",
        Required = true,
    };

    /// <summary>--passphrase-file FILE.</summary>
    public static Option<string> PassphraseFile() => new("--passphrase-file")
    {
        Description = "Read the key file's passphrase from the first line of FILE, or of standard input if FILE is -.",
        HelpName = "FILE",
    };

    /// <summary>An option that takes dollars as a decimal.</summary>
    public static Option<Amount?> Dollars(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DOLLARS",
        CustomParser = result => ParseDollars(name, result),
    };

    /// <summary>An option that takes an address.</summary>
    public static Option<Address?> AddressOption(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "ADDRESS",
        CustomParser = result => ParseAddress(result),
    };

    /// <summary>An argument that takes an address.</summary>
    public static Argument<Address> AddressArgument(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result => ParseAddress(result) ?? default,
    };

    /// <summary>An argument that takes a channel id.</summary>
    public static Argument<ChannelId> ChannelArgument() => new("channel")
    {
        Description = "The channel's id: 0x and 64 hexadecimal digits.",
        CustomParser = result =>
        {
            if (!ChannelId.TryParse(result.Tokens[0].Value, out var channel))
            {
                result.AddError($"'{result.Tokens[0].Value}' is no channel id: write 0x and 64 hexadecimal digits.");
            }

            return channel;
        },
    };

    /// <summary>Parses an intent id: 0x and 32 digits.</summary>
    public static IntentId? ParseIntent(ArgumentResult result)
    {
        if (IntentId.TryParse(result.Tokens[0].Value, out var intent))
        {
            return intent;
        }

        result.AddError($"'{result.Tokens[0].Value}' is no intent id: write 0x and 32 hexadecimal digits.");
        return null;
    }

    private static Uri? ParseUri(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
        {
            return uri;
        }

        result.AddError($"'{text}' is no address of an API: write it like {DefaultApi}.");
        return null;
    }

    private static Amount? ParseDollars(string name, ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (!Amount.TryParseUnits(text, DollarDecimals, out var amount))
        {
            result.AddError(
                $"{name} '{text}' is no amount of dollars: write digits with at most {DollarDecimals} decimals, "
                + "like 0.0001.");
            return null;
        }

        if (amount.IsZero)
        {
            result.AddError($"{name} must be more than zero.");
            return null;
        }

        return amount;
    }

    private static Address? ParseAddress(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Address.TryParse(text, out var address))
        {
            return address;
        }

        result.AddError(
            $"'{text}' is no address: write 0x and 40 hexadecimal digits, in one case or with the checksum of EIP-55.");
        return null;
    }
}
