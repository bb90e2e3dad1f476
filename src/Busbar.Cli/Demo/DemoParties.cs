using Busbar.Keys;
using Busbar.Node;

namespace Busbar.Cli.Demo;

/// <summary>The three development accounts of the demo.</summary>
internal static class DemoParties
{
    /// <summary>Who buys.</summary>
    public static PrivateKey Buyer { get; } = DevelopmentKeys.Account(0);

    /// <summary>Who sells.</summary>
    public static PrivateKey Station { get; } = DevelopmentKeys.Account(1);

    /// <summary>Who measures the ledger when the buying is over.</summary>
    public static PrivateKey Prober { get; } = DevelopmentKeys.Account(2);
}
