namespace Busbar.AspNetCore;

/// <summary>What a seller has earned; amounts in atomic units of the fee asset.</summary>
/// <param name="Requests">Requests served and charged.</param>
/// <param name="Accepted">What they cost together.</param>
/// <param name="Claimed">What the ledger has paid out, before the seller's fees.</param>
/// <param name="Fees">Ledger fees of the settlements.</param>
/// <param name="Transactions">Settlements that became final, since the start.</param>
/// <param name="Hashes">Tick hashes computed, since the start.</param>
/// <param name="OpenChannels">Channels held.</param>
public sealed record SellerTotals(
    long Requests, Amount Accepted, Amount Claimed, Amount Fees, long Transactions, long Hashes, int OpenChannels);
