using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Busbar;

/// <summary>What must hold whatever comes from outside; if it does not, the program is wrong and must stop.</summary>
public static class Invariant
{
    /// <summary>
    /// Throws <see cref="InvariantBrokenException"/>, which no code catches, when the condition is false.
    /// </summary>
    public static void Check(
        [DoesNotReturnIf(false)] bool condition,
        [CallerArgumentExpression(nameof(condition))] string expression = "")
    {
        if (!condition)
        {
            throw new InvariantBrokenException(expression);
        }
    }
}

/// <summary>A bug: an expression that must be true was false. Never caught; it ends the process.</summary>
public sealed class InvariantBrokenException(string expression)
    : Exception("Invariant broken: " + expression);
