using System.Globalization;

namespace Busbar;

/// <summary>
/// The number of a network, the chain id that wallets see; it stands in everything that is signed, so nothing
/// signed for one network counts in another. Written as CAIP-2: "eip155:402402".
/// </summary>
public readonly record struct NetworkId(ulong ChainId)
{
    /// <summary>The development network, whose keys are public.</summary>
    public static NetworkId Development => new(402402);

    /// <summary>Parses "eip155:" and a decimal number.</summary>
    public static bool TryParse(string? text, out NetworkId network)
    {
        network = default;
        if (text is null || !text.StartsWith("eip155:", StringComparison.Ordinal)
            || !ulong.TryParse(text.AsSpan(7), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
        {
            return false;
        }

        network = new NetworkId(id);
        return true;
    }

    /// <summary>CAIP-2 text.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"eip155:{ChainId}");
}
