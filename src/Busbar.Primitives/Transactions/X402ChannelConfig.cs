using Busbar.Ethereum;

namespace Busbar.Transactions;

/// <summary>
/// What never changes about an x402 channel, and what its id is the hash of. Wire: [payer, payer authorizer, receiver,
/// receiver authorizer, asset, withdraw delay, salt]. spec/ledger.md#L-191.
/// </summary>
/// <param name="Payer">Who deposits, and gets back what is not claimed.</param>
/// <param name="PayerAuthorizer">Who signs vouchers and may withdraw for the payer; zero for the payer itself.</param>
/// <param name="Receiver">Who is paid.</param>
/// <param name="ReceiverAuthorizer">Who signs claims and refunds; not zero.</param>
/// <param name="Asset">What it pays; x402 says token.</param>
/// <param name="WithdrawDelaySeconds">How long the payer waits for a withdrawal, in seconds of uptime.</param>
/// <param name="Salt">32 bytes that tell channels of the same parties apart.</param>
public sealed record X402ChannelConfig(
    Address Payer,
    Address PayerAuthorizer,
    Address Receiver,
    Address ReceiverAuthorizer,
    Address Asset,
    ulong WithdrawDelaySeconds,
    Hash256 Salt)
{
    /// <summary>Items that <see cref="WriteItems"/> writes.</summary>
    public const int ItemCount = 7;

    /// <summary>Largest delay that x402 can write: a number of 40 bits.</summary>
    public const ulong MaxWithdrawDelaySeconds = (1UL << 40) - 1;

    /// <summary>Who signs its vouchers.</summary>
    public Address VoucherSigner => PayerAuthorizer == Address.Zero ? Payer : PayerAuthorizer;

    /// <summary>The delay in ms.</summary>
    public ulong WithdrawDelayMs => WithdrawDelaySeconds * 1_000;

    /// <summary>The id of the channel on a network.</summary>
    public ChannelId IdIn(NetworkId network) => X402.ChannelIdOf(network, this);

    /// <summary>True when the delay is one that x402 can write.</summary>
    public bool IsWellFormed() => WithdrawDelaySeconds <= MaxWithdrawDelaySeconds;

    /// <summary>True for an account that acts for the payer.</summary>
    public bool IsPayerSide(Address account) => account == Payer || account == VoucherSigner;

    /// <summary>True for an account that acts for the receiver.</summary>
    public bool IsReceiverSide(Address account) => account == Receiver || account == ReceiverAuthorizer;

    /// <summary>Writes an array of seven items.</summary>
    public void Write(CanonicalWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        WriteItems(writer.Array(ItemCount));
    }

    /// <summary>Writes the seven items.</summary>
    public void WriteItems(CanonicalWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Address(Payer).Address(PayerAuthorizer).Address(Receiver).Address(ReceiverAuthorizer);
        writer.Address(Asset).Number(WithdrawDelaySeconds).Hash(Salt);
    }

    /// <summary>Reads an array of seven items.</summary>
    public static X402ChannelConfig Read(ref CanonicalReader reader)
    {
        reader.Array(ItemCount);
        return ReadItems(ref reader);
    }

    /// <summary>Reads the seven items.</summary>
    public static X402ChannelConfig ReadItems(ref CanonicalReader reader) => new(
        reader.Address(),
        reader.Address(),
        reader.Address(),
        reader.Address(),
        reader.Address(),
        reader.Number(MaxWithdrawDelaySeconds),
        reader.Hash());
}
