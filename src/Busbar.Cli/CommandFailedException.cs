namespace Busbar.Cli;

/// <summary>A command cannot do what it was asked: a stable code, one sentence, and what to do about it.</summary>
internal sealed class CommandFailedException(string code, string message, string? hint = null, Exception? cause = null)
    : Exception(message, cause)
{
    /// <summary>A stable name that programs act on.</summary>
    public string Code { get; } = code;

    /// <summary>What to do about it, or null.</summary>
    public string? Hint { get; } = hint;
}
