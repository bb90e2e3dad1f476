using System.CommandLine;
using System.Security.Cryptography;
using Busbar.Cli.KeyFiles;
using Busbar.Cli.Output;
using Busbar.Keys;

namespace Busbar.Cli.Commands;

/// <summary>`busbar key new|show`: key files.</summary>
internal static class KeyCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Build() => new("key", "Make and show key files.") { BuildNew(), BuildShow() };

    private static DocumentedCommand BuildNew()
    {
        var kind = new Option<string>("--kind")
        {
            Description = "secp256k1 (every Ethereum wallet), p256 (secure elements) or ed25519.",
            HelpName = "KIND",
            DefaultValueFactory = _ => KeyKindName.Of(KeyKind.Secp256k1),
        };
        kind.AcceptOnlyFromAmong(KeyKindName.All);
        var outFile = new Option<FileInfo>("--out")
        {
            Description = "The file to make, readable by you only (0600). It must not exist.",
            HelpName = "FILE",
            Required = true,
        };
        var ask = new Option<bool>("--passphrase") { Description = "Ask for a passphrase and seal the key under it." };
        var passphraseFile = CommonOptions.PassphraseFile();
        passphraseFile.Description = "Seal the key under the first line of FILE, or of standard input if FILE is -.";
        var import = new Option<bool>("--import")
        {
            Description = "Take the 32 secret bytes (64 hexadecimal digits) from standard input: no new key is made.",
        };
        var json = CommonOptions.Json();
        var command = new DocumentedCommand(
            "new",
            "Make a key and write it to a new file.",
            "busbar key new --out meter.json",
            "busbar key new --kind ed25519 --passphrase --out station.json",
            "busbar key new --import --out imported.json < secret.hex")
        {
            kind, outFile, ask, passphraseFile, import, json,
        };
        command.SetAction((parse, stop) => CommandRunner.RunAsync(parse.GetValue(json), output =>
        {
            var keyKind = KeyKindName.Parse(parse.GetRequiredValue(kind));
            var path = parse.GetRequiredValue(outFile).FullName;
            var secretFromInput = parse.GetValue(import);
            var file = parse.GetValue(passphraseFile);
            if (secretFromInput && file == "-")
            {
                throw new CommandFailedException(
                    "WrongUsage", "Standard input cannot hold both the key and the passphrase.",
                    "Put the passphrase into a file.");
            }

            using var key = secretFromInput ? ReadSecret(keyKind) : Generate(keyKind);
            var passphrase = parse.GetValue(ask) || file is not null ? Passphrase.AskNew(output, file) : null;
            KeyFile.Create(path, key, passphrase);
            Report(output, path, key.PublicKey, encrypted: passphrase is not null);
            return Task.FromResult(ExitCode.Done);
        }, stop));
        return command;
    }

    private static DocumentedCommand BuildShow()
    {
        var file = new Argument<FileInfo>("file") { Description = "The key file." };
        var passphraseFile = CommonOptions.PassphraseFile();
        var json = CommonOptions.Json();
        var command = new DocumentedCommand(
            "show", "Show a key file's address and public key, never its secret.", "busbar key show meter.json")
        {
            file, passphraseFile, json,
        };
        command.SetAction((parse, stop) => CommandRunner.RunAsync(parse.GetValue(json), output =>
        {
            var path = parse.GetRequiredValue(file).FullName;
            var content = KeyFile.Read(path);
            using var key = KeyFile.Open(
                path, content, () => Passphrase.Ask(output, parse.GetValue(passphraseFile)));
            Report(output, path, key.PublicKey, encrypted: content.Sealed is not null);
            return Task.FromResult(ExitCode.Done);
        }, stop));
        return command;
    }

    /// <summary>A new random key.</summary>
    internal static PrivateKey Generate(KeyKind kind)
    {
        // Below the group order for all but 2^-128 of the draws (ECDSA); a second draw is for the record books.
        const int maxDraws = 8;
        var secret = new byte[PrivateKey.SecretSizeBytes];
        for (var draw = 0; draw < maxDraws; draw++)
        {
            RandomNumberGenerator.Fill(secret);
            if (PrivateKey.TryCreate(kind, secret, out var key))
            {
                Array.Clear(secret);
                return key;
            }
        }

        throw new InvariantBrokenException("random bytes make a key");
    }

    private static PrivateKey ReadSecret(KeyKind kind)
    {
        var secret = new byte[PrivateKey.SecretSizeBytes];
        return Hex.TryParse(Console.In.ReadLine()?.Trim(), secret.AsSpan())
            && PrivateKey.TryCreate(kind, secret, out var key)
            ? key
            : throw new CommandFailedException(
                "SecretInvalid",
                $"Standard input holds no {KeyKindName.Of(kind)} key.",
                "Write the 32 secret bytes as 64 hexadecimal digits on one line.");
    }

    private static void Report(CommandOutput output, string path, PublicKey key, bool encrypted)
    {
        var kind = KeyKindName.Of(key.Kind);
        if (output.Json)
        {
            var line = new KeyLine("key", kind, key.Address.ToString(), Hex.Format(key.Bytes), path, encrypted);
            CommandOutput.WriteJson(line, OutputJson.Lines.KeyLine);
            return;
        }

        output.Result.WriteTable(
            ("address", key.Address.ToString()),
            ("kind", kind),
            ("public key", Hex.Format(key.Bytes)),
            ("file", path + (encrypted ? " (sealed under a passphrase)" : "")));
    }
}
