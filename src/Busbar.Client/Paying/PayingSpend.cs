namespace Busbar.Client;

/// <summary>What a <see cref="PayingHandler"/> has spent; counts are since it was made, the rest is durable.</summary>
/// <param name="Payments">Responses that were paid for.</param>
/// <param name="Ticks">Ticks that paid for them.</param>
/// <param name="Paid">What they cost, in atomic units, by the sellers' receipts.</param>
/// <param name="Signatures">Signatures by the buyer's key: transactions and vouchers.</param>
/// <param name="Transactions">Transactions submitted to the ledger.</param>
/// <param name="Fees">Ledger fees of the buyer, in atomic units.</param>
/// <param name="Committed">What is deposited or paid out of the budget, in atomic units; never above it.</param>
/// <param name="Budget">The budget.</param>
public sealed record PayingSpend(
    long Payments,
    long Ticks,
    Amount Paid,
    long Signatures,
    long Transactions,
    Amount Fees,
    Amount Committed,
    Amount Budget);
