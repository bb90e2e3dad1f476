using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// The fee of a transaction if it executed on a given state. The content's part never changes under one tariff; the
/// openings part is charged only when the transaction succeeds.
/// </summary>
/// <param name="Status">
/// Included, or <see cref="InclusionStatus.FeeAssetNotListed"/>, with both amounts zero. Whether maxFee or a balance
/// covers the fee is not looked at.
/// </param>
/// <param name="FeeAsset">The asset of the fee.</param>
/// <param name="Total">The whole fee, openings included.</param>
/// <param name="Openings">The part that pays for accounts and x402 channels that it would open.</param>
public readonly record struct FeeQuote(InclusionStatus Status, Address FeeAsset, Amount Total, Amount Openings);
