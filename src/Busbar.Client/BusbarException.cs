using System.Net;

namespace Busbar.Client;

/// <summary>
/// A node refused a request, or a payment could not be made. <see cref="Code"/> is the stable name that programs act
/// on: a code of the API (spec/api.md), or one of this library's own.
/// </summary>
public sealed class BusbarException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="code">A stable name, such as IntentReused or BudgetExceeded.</param>
    /// <param name="message">A sentence, and what to do about it.</param>
    /// <param name="status">The HTTP status of the refusal, or null when no node said it.</param>
    public BusbarException(string code, string message, HttpStatusCode? status = null)
        : base(message)
    {
        Code = code;
        Status = status;
    }

    /// <summary>A stable name, such as IntentReused or BudgetExceeded.</summary>
    public string Code { get; }

    /// <summary>The HTTP status of the refusal, or null when no node said it.</summary>
    public HttpStatusCode? Status { get; }
}
