using Busbar.Keys;

namespace Busbar.Transactions;

/// <summary>
/// One entry of a claim from x402 channels: a voucher, and how much of it the receiver takes. Wire: [channel, maximum,
/// total, signature]. spec/ledger.md#L-194.
/// </summary>
/// <param name="Channel">The channel.</param>
/// <param name="Maximum">What the voucher lets be claimed from the channel in all; x402 says
/// maxClaimableAmount.</param>
/// <param name="Total">What is then claimed in all, at most the maximum; x402 says totalClaimed.</param>
/// <param name="Signature">Of the voucher, by the payer authorizer or the payer.</param>
public sealed record X402Claim(ChannelId Channel, Amount Maximum, Amount Total, RecoverableSignature Signature)
{
    /// <summary>Writes an array of four items.</summary>
    public void Write(CanonicalWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Array(4).Hash(Channel.Value).Amount(Maximum).Amount(Total);
        Signature.Write(writer);
    }

    /// <summary>Reads an array of four items.</summary>
    public static X402Claim Read(ref CanonicalReader reader)
    {
        reader.Array(4);
        return new X402Claim(
            new ChannelId(reader.Hash()), reader.Amount(), reader.Amount(), RecoverableSignature.Read(ref reader));
    }
}
