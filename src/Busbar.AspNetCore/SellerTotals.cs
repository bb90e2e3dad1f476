namespace Busbar.AspNetCore;

/// <summary>What a seller has earned; amounts in atomic units of the fee asset.</summary>
/// <param name="Requests">Requests served and charged with ticks.</param>
/// <param name="Accepted">What they cost together.</param>
/// <param name="Claimed">What the ledger has paid out, before the seller's fees.</param>
/// <param name="Fees">Ledger fees of the settlements.</param>
/// <param name="Transactions">Settlements that became final, since the start.</param>
/// <param name="Hashes">Tick hashes computed, since the start.</param>
/// <param name="OpenChannels">Channels held.</param>
/// <param name="Charges">Authorizations (x402, MPP) that the ledger executed for the seller, one request each.</param>
/// <param name="Charged">What they paid; it is the seller's at once, without a fee of its own.</param>
public sealed record SellerTotals(
    long Requests,
    Amount Accepted,
    Amount Claimed,
    Amount Fees,
    long Transactions,
    long Hashes,
    int OpenChannels,
    long Charges,
    Amount Charged);
