namespace Busbar.Ledger;

/// <summary>
/// The account that fees are credited to. No key owns it and no operation may pay it: spec/ledger.md#L-6.
/// </summary>
public static class FeeAccount
{
    /// <summary>The twenty ASCII bytes "busbar/fee-account/1".</summary>
    public static Address Address { get; } = new("busbar/fee-account/1"u8);
}
