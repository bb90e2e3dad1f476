namespace Busbar.Cli;

/// <summary>What the process says when it ends.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Refused or failed; the message says why.</summary>
    public const int Failed = 1;

    /// <summary>Wrong usage; nothing was tried.</summary>
    public const int Usage = 2;
}
