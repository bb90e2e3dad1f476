namespace Busbar.Cli.Demo;

/// <summary>What the demo is asked to do.</summary>
internal sealed record DemoOptions
{
    /// <summary>Rows that the buyer wants.</summary>
    public required int Rows { get; init; }

    /// <summary>For one row, in atomic units of the dollar.</summary>
    public required Amount Price { get; init; }

    /// <summary>The most that the buyer may pay for rows; null for what they all cost.</summary>
    public required Amount? Budget { get; init; }

    /// <summary>Where to write what was bought, or null.</summary>
    public required string? OutFile { get; init; }

    /// <summary>Where everything is kept for another run, or null for a temporary folder.</summary>
    public required string? DataFolder { get; init; }

    /// <summary>Validators of the network that it starts.</summary>
    public required int Validators { get; init; }

    /// <summary>A running network, or null to start one.</summary>
    public required Uri? Api { get; init; }
}
