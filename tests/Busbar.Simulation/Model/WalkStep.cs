using Busbar.Ledger;
using Busbar.Transactions;

namespace Busbar.Simulation.Model;

/// <summary>One random number tuple; a walk turns it into whatever the state makes interesting.</summary>
internal readonly record struct WalkStep(int Kind, int A, int B, int C, int D);

/// <summary>What whoever composes transactions sees of the ledger.</summary>
internal interface IWalkView
{
    /// <summary>The last state that blocks stand on.</summary>
    LedgerState State { get; }

    /// <summary>About the time of the block that the transaction will stand in.</summary>
    UnixTime Time { get; }

    /// <summary>The nonce that an account's next Ethereum transaction has.</summary>
    ulong EthereumNonceOf(Address account);

    /// <summary>An intent id that was not used, valid for so long from now.</summary>
    IntentId NewIntent(ulong aheadMs);
}
