namespace Busbar.Transactions;

/// <summary>
/// What an attestor signs: ["busbar/attestation/1", network, escrow, outcome]. An escrow's id is unique for ever, so
/// an attestation is good for one escrow of one network and nothing else. Stateless and thread-safe.
/// spec/ledger.md#L-133.
/// </summary>
public static class EscrowAttestation
{
    /// <summary>The number of the only outcome there is: the escrow is to be released to its payee.</summary>
    public const ulong Release = 1;

    /// <summary>The 32 bytes that an attestor of an escrow signs to release it.</summary>
    public static Hash256 ReleaseHash(NetworkId network, EscrowId escrow)
    {
        var writer = new CanonicalWriter();
        writer.Array(4).Text(DomainTag.Attestation).Number(network.ChainId).Hash(escrow.Value).Number(Release);
        return Hash256.Sha256(writer.WrittenSpan);
    }
}
