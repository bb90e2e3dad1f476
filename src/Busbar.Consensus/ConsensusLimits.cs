namespace Busbar.Consensus;

/// <summary>The bounds of a replica's memory and of what it sends.</summary>
public static class ConsensusLimits
{
    /// <summary>Views above the highest final one of which anything is kept or said.</summary>
    public const int OpenViews = 4_096;

    /// <summary>How far ahead of the own view votes and proposals are kept; earlier ones are sent again.</summary>
    public const ulong ViewsAhead = 1;

    /// <summary>Views that one request is answered for.</summary>
    public const int ViewsPerRequest = 64;

    /// <summary>Views of which one standstill round sends everything, oldest first.</summary>
    public const int ViewsPerStandstill = 64;
}
