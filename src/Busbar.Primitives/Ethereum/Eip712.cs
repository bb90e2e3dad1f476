using Busbar.Transactions;

namespace Busbar.Ethereum;

/// <summary>
/// What wallets sign as typed data (EIP-712) for an asset: EIP-3009 authorizations and EIP-2612 permits. The digest is
/// Keccak-256(0x19 0x01 || domain || struct). Stateless and thread-safe. spec/ledger.md#L-160.
/// </summary>
public static class Eip712
{
    private static readonly Hash256 DomainType = TypeHash(
        "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");

    private static readonly Hash256 TransferType = TypeHash(
        "TransferWithAuthorization(address from,address to,uint256 value,"
        + "uint256 validAfter,uint256 validBefore,bytes32 nonce)");

    private static readonly Hash256 ReceiveType = TypeHash(
        "ReceiveWithAuthorization(address from,address to,uint256 value,"
        + "uint256 validAfter,uint256 validBefore,bytes32 nonce)");

    private static readonly Hash256 CancelType = TypeHash("CancelAuthorization(address authorizer,bytes32 nonce)");

    private static readonly Hash256 PermitType = TypeHash(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    /// <summary>The domain separator of an asset: its name, version, the chain id and its address.</summary>
    public static Hash256 DomainOf(string name, string version, NetworkId network, Address asset) =>
        new AbiWords()
            .Add(DomainType)
            .Add(HashText(name))
            .Add(HashText(version))
            .Add(network.ChainId)
            .Add(asset)
            .Hash();

    /// <summary>What the signature of a transferWithAuthorization is over.</summary>
    public static Hash256 TransferDigest(Authorization authorization) => Digest(TransferType, authorization);

    /// <summary>What the signature of a receiveWithAuthorization is over.</summary>
    public static Hash256 ReceiveDigest(Authorization authorization) => Digest(ReceiveType, authorization);

    /// <summary>What the signature of a cancelAuthorization is over.</summary>
    public static Hash256 CancelDigest(Hash256 domain, Address authorizer, Hash256 nonce) =>
        Digest(domain, new AbiWords().Add(CancelType).Add(authorizer).Add(nonce).Hash());

    /// <summary>What the signature of a permit is over.</summary>
    public static Hash256 PermitDigest(
        Hash256 domain, Address owner, Address spender, Uint256 value, ulong nonce, Uint256 deadlineSeconds) => Digest(
            domain,
            new AbiWords()
                .Add(PermitType)
                .Add(owner)
                .Add(spender)
                .Add(value)
                .Add(nonce)
                .Add(deadlineSeconds)
                .Hash());

    /// <summary>The digest of a struct's hash under a domain.</summary>
    public static Hash256 Digest(Hash256 domain, Hash256 structHash)
    {
        Span<byte> bytes = stackalloc byte[2 + (2 * Hash256.SizeBytes)];
        bytes[0] = 0x19;
        bytes[1] = 0x01;
        domain.CopyTo(bytes[2..]);
        structHash.CopyTo(bytes[(2 + Hash256.SizeBytes)..]);
        return Keccak256.Hash(bytes);
    }

    private static Hash256 Digest(Hash256 type, Authorization authorization)
    {
        ArgumentNullException.ThrowIfNull(authorization);
        return Digest(
            authorization.Domain,
            new AbiWords()
                .Add(type)
                .Add(authorization.From)
                .Add(authorization.To)
                .Add(authorization.Value.Atomic)
                .Add(authorization.ValidAfterSeconds)
                .Add(authorization.ValidBeforeSeconds)
                .Add(authorization.Nonce)
                .Hash());
    }

    private static Hash256 TypeHash(string type) => HashText(type);

    private static Hash256 HashText(string text) => Keccak256.Hash(System.Text.Encoding.UTF8.GetBytes(text));
}
