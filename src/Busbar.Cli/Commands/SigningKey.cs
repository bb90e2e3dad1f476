using Busbar.Api;
using Busbar.Cli.KeyFiles;
using Busbar.Cli.Output;
using Busbar.Keys;
using Busbar.Node;

namespace Busbar.Cli.Commands;

/// <summary>The key that a command signs with.</summary>
internal static class SigningKey
{
    /// <summary>
    /// Opens a key file for a network. A development key, whose secret everybody knows, is refused on any network
    /// but the development network.
    /// </summary>
    public static PrivateKey Open(CommandOutput output, string path, string? passphraseFile, NetworkInfo network)
    {
        var content = KeyFile.Read(path);
        var key = KeyFile.Open(path, content, () => Passphrase.Ask(output, passphraseFile));
        if (network.ChainId == NetworkId.Development.ChainId || !DevelopmentKeys.IsDevelopment(key.Address))
        {
            return key;
        }

        key.Dispose();
        throw new CommandFailedException(
            "DevelopmentKeyRefused",
            $"{path} holds a development key, whose secret everybody knows; {network.Network} is a real network.",
            "Make a key of your own with `busbar key new`.");
    }
}
