using System.Text.Json;
using Busbar.Keys;

namespace Busbar.Cli.KeyFiles;

/// <summary>
/// A private key in a file that only its owner can read (mode 0600): JSON with a format version, the key's kind and
/// address, and the secret in the clear or sealed under a passphrase. Also read: the account object of
/// `busbar up --json`, and a bare line of 64 hexadecimal digits; both are secp256k1 keys.
/// </summary>
internal static class KeyFile
{
    /// <summary>The version that this program writes, and the newest that it reads.</summary>
    public const int FormatVersion = 1;

    private const int MaxSizeBytes = 16 * 1024;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>
    /// Writes a new key file: complete and readable by its owner only from the moment it has its name. An existing
    /// file is never replaced.
    /// </summary>
    public static void Create(string path, PrivateKey key, string? passphrase)
    {
        Span<byte> secret = stackalloc byte[PrivateKey.SecretSizeBytes];
        key.ExportSecret(secret);
        var address = key.Address.ToString();
        var kind = KeyKindName.Of(key.PublicKey.Kind);
        var content = passphrase is null
            ? new KeyFileContent(FormatVersion, kind, address, Hex.Format(secret), null)
            : new KeyFileContent(
                FormatVersion, kind, address, null, SealedSecret.Seal(secret, passphrase, kind, address));
        secret.Clear();

        var full = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        var temporary = full + "." + Environment.ProcessId + ".new";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        try
        {
            using (var file = new FileStream(temporary, options))
            {
                JsonSerializer.Serialize(file, content, KeyFileJson.Default.KeyFileContent);
                file.Write("\n"u8);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, full, overwrite: false);
        }
        catch (IOException) when (File.Exists(full))
        {
            throw new CommandFailedException(
                "KeyFileExists", $"{path} exists already.", "Choose another --out: a key file is never replaced.");
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Reads a file's content after checking who else can read it; the secret stays sealed.</summary>
    public static KeyFileContent Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new CommandFailedException(
                "KeyFileMissing", $"There is no key file {path}.", $"Make one with `busbar key new --out {path}`.");
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
        {
            throw new CommandFailedException(
                "KeyFileExposed",
                $"{path} can be read or written by others than its owner, so its key is refused.",
                $"Run `chmod 600 {path}`; if others may have read it, move the money to a new key.");
        }

        if (new FileInfo(path).Length > MaxSizeBytes)
        {
            throw NoKeyFile(path, "it is longer than a key file can be");
        }

        return Parse(path, File.ReadAllText(path).Trim());
    }

    /// <summary>The key of a file's content; asks for the passphrase only when the secret is sealed.</summary>
    public static PrivateKey Open(string path, KeyFileContent content, Func<string> passphrase)
    {
        if (!KeyKindName.TryParse(content.Kind, out var kind))
        {
            throw NoKeyFile(path, $"'{content.Kind}' is no kind of key");
        }

        var secret = new byte[PrivateKey.SecretSizeBytes];
        if (content.Sealed is { } sealedSecret)
        {
            if (!sealedSecret.TryOpen(passphrase(), content.Kind, content.Address, secret))
            {
                throw new CommandFailedException(
                    "WrongPassphrase", $"The passphrase does not open {path}, or the file was changed.");
            }
        }
        else if (!Hex.TryParse(content.PrivateKey, secret.AsSpan()))
        {
            throw NoKeyFile(path, "it holds no private key of 32 bytes");
        }

        if (!PrivateKey.TryCreate(kind, secret, out var key))
        {
            throw NoKeyFile(path, $"its secret is no {content.Kind} key");
        }

        Array.Clear(secret);
        if (content.Address.Length != 0 && content.Address != key.Address.ToString())
        {
            throw NoKeyFile(path, "its address is not the address of its key");
        }

        return key;
    }

    private static KeyFileContent Parse(string path, string text)
    {
        if (!text.StartsWith('{'))
        {
            return new KeyFileContent(FormatVersion, KeyKindName.Of(KeyKind.Secp256k1), "", text, null);
        }

        try
        {
            var content = JsonSerializer.Deserialize(text, KeyFileJson.Default.KeyFileContent)
                ?? throw NoKeyFile(path, "it is empty");
            if (content.FormatVersion > FormatVersion)
            {
                throw new CommandFailedException(
                    "KeyFileTooNew",
                    $"{path} has format version {content.FormatVersion}; this program reads up to {FormatVersion}.",
                    "Use a newer busbar.");
            }

            return content with { Kind = content.Kind ?? "secp256k1", Address = content.Address ?? "" };
        }
        catch (JsonException failure)
        {
            throw NoKeyFile(path, failure.Message);
        }
    }

    private static CommandFailedException NoKeyFile(string path, string reason) =>
        new("KeyFileInvalid", $"{path} is no key file: {reason}.", "Make one with `busbar key new --out FILE`.");
}
