namespace Busbar.Node;

/// <summary>A node cannot start, for a reason that its operator can mend; the message says how.</summary>
public sealed class NodeStartException : Exception
{
    /// <summary>A reason.</summary>
    public NodeStartException(string message)
        : base(message)
    {
    }

    /// <summary>A reason with its cause.</summary>
    public NodeStartException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
