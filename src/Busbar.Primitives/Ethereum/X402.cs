using Busbar.Transactions;

namespace Busbar.Ethereum;

/// <summary>
/// What the x402 scheme `batch-settlement` hashes and signs as typed data (EIP-712), under the domain of the contract
/// that x402 has for it. Stateless and thread-safe. spec/ledger.md#L-191.
/// </summary>
public static class X402
{
    private static readonly Hash256 ConfigType = TypeHash(
        "ChannelConfig(address payer,address payerAuthorizer,address receiver,address receiverAuthorizer,"
        + "address token,uint40 withdrawDelay,bytes32 salt)");

    private static readonly Hash256 VoucherType = TypeHash("Voucher(bytes32 channelId,uint128 maxClaimableAmount)");

    private static readonly Hash256 RefundType = TypeHash("Refund(bytes32 channelId,uint256 nonce,uint128 amount)");

    private static readonly Hash256 EntryType = TypeHash(EntryText);

    private static readonly Hash256 BatchType = TypeHash("ClaimBatch(ClaimEntry[] claims)" + EntryText);

    private const string EntryText =
        "ClaimEntry(bytes32 channelId,uint128 maxClaimableAmount,uint128 totalClaimed)";

    /// <summary>The address that x402 gives the contract of its channels on every chain.</summary>
    public static Address BatchSettlement { get; } = Address.Parse("0x4020074e9dF2ce1deE5A9C1b5c3f541D02a10003");

    /// <summary>The address that x402 gives the contract that collects EIP-3009 deposits on every chain.</summary>
    public static Address DepositCollector { get; } = Address.Parse("0x4020806089470a89826cB9fB1f4059150b550004");

    /// <summary>The id of a channel: the digest of its configuration.</summary>
    public static ChannelId ChannelIdOf(NetworkId network, X402ChannelConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        return new ChannelId(Digest(
            network,
            new AbiWords()
                .Add(ConfigType)
                .Add(config.Payer)
                .Add(config.PayerAuthorizer)
                .Add(config.Receiver)
                .Add(config.ReceiverAuthorizer)
                .Add(config.Asset)
                .Add(config.WithdrawDelaySeconds)
                .Add(config.Salt)));
    }

    /// <summary>What a voucher's signature is over: the most that may be claimed from the channel in all.</summary>
    public static Hash256 VoucherDigest(NetworkId network, ChannelId channel, Amount maximum) => Digest(
        network, new AbiWords().Add(VoucherType).Add(channel.Value).Add(maximum.Atomic));

    /// <summary>What a receiver authorizer signs so that anybody may hand in its refund.</summary>
    public static Hash256 RefundDigest(NetworkId network, ChannelId channel, ulong nonce, Amount amount) => Digest(
        network, new AbiWords().Add(RefundType).Add(channel.Value).Add(nonce).Add(amount.Atomic));

    /// <summary>What a receiver authorizer signs so that anybody may hand in its claims.</summary>
    public static Hash256 ClaimsDigest(NetworkId network, IReadOnlyList<X402Claim> claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        var entries = new AbiWords();
        foreach (var claim in claims)
        {
            entries.Add(new AbiWords()
                .Add(EntryType)
                .Add(claim.Channel.Value)
                .Add(claim.Maximum.Atomic)
                .Add(claim.Total.Atomic)
                .Hash());
        }

        return Digest(network, new AbiWords().Add(BatchType).Add(entries.Hash()));
    }

    /// <summary>The EIP-3009 nonce of a deposit, which binds the authorization to the channel.</summary>
    public static Hash256 DepositNonce(ChannelId channel, Hash256 salt) =>
        new AbiWords().Add(channel.Value).Add(salt).Hash();

    private static Hash256 Digest(NetworkId network, AbiWords words) =>
        Eip712.Digest(Eip712.DomainOf("x402 Batch Settlement", "1", network, BatchSettlement), words.Hash());

    private static Hash256 TypeHash(string type) => Keccak256.Hash(System.Text.Encoding.ASCII.GetBytes(type));
}
