using Busbar.Ledger;
using Busbar.Node.Storage;
using Busbar.Proofs;

namespace Busbar.Node.Hosting;

/// <summary>A block above the stored ones that was built or received, and executed.</summary>
/// <param name="Digest">Digest of the header.</param>
/// <param name="Block">The block with its receipts.</param>
/// <param name="Executed">What executing it gave.</param>
internal sealed record CandidateBlock(Hash256 Digest, StoredBlock Block, ExecutedBlock Executed)
{
    /// <summary>The header.</summary>
    public BlockHeader Header => Block.Header;

    /// <summary>What it executed, in order.</summary>
    public IEnumerable<IntentKey> Keys =>
        Block.Receipts.Select(receipt => new IntentKey(receipt.Account, receipt.Signer, receipt.IntentId));

    /// <summary>The bytes that journal and peers get: receipts follow from the rest.</summary>
    public byte[] EncodeBare() => (Block with { Receipts = [] }).Encode();
}
