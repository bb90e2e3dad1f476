using System.Security.Cryptography;
using Busbar.Ethereum;
using Busbar.Keys;
using Busbar.Transactions;

namespace Busbar.Client;

public sealed partial class Wallet
{
    /// <summary>
    /// Signs, as an Ethereum wallet does, that anybody may move an amount to a payee once, until a moment. The key must
    /// be a secp256k1 key. spec/ledger.md#L-161.
    /// </summary>
    /// <param name="asset">What is moved; an asset of the network.</param>
    /// <param name="to">Who is paid.</param>
    /// <param name="value">How much.</param>
    /// <param name="validity">How long it may execute, at most a day.</param>
    /// <exception cref="BusbarException">AssetUnknown: the network has no such asset.</exception>
    /// <exception cref="InvalidOperationException">The key is no secp256k1 key, or a delegate's.</exception>
    public Operation.TransferWithAuthorization Authorize(Address asset, Address to, Amount value, TimeSpan validity) =>
        Authorize(
            asset,
            to,
            value,
            SecondsAhead(validity),
            new Hash256(RandomNumberGenerator.GetBytes(Hash256.SizeBytes)));

    /// <summary>The same until a second of Unix time, with a nonce of the caller's.</summary>
    internal Operation.TransferWithAuthorization Authorize(
        Address asset, Address to, Amount value, ulong validBeforeSeconds, Hash256 nonce)
    {
        var unsigned = new Authorization(
            asset, DomainOf(asset), Address, to, value, 0, validBeforeSeconds, nonce, default);
        return new Operation.TransferWithAuthorization(
            unsigned with { Signature = SignDigest(Eip712.TransferDigest(unsigned)) });
    }

    /// <summary>
    /// Signs, as an Ethereum wallet does, that a nonce of this account never executes. spec/ledger.md#L-164.
    /// </summary>
    /// <exception cref="BusbarException">AssetUnknown: the network has no such asset.</exception>
    /// <exception cref="InvalidOperationException">The key is no secp256k1 key, or a delegate's.</exception>
    public Operation.CancelAuthorization CancelAuthorization(Address asset, Hash256 nonce)
    {
        var domain = DomainOf(asset);
        return new Operation.CancelAuthorization(
            asset, domain, Address, nonce, SignDigest(Eip712.CancelDigest(domain, Address, nonce)));
    }

    /// <summary>
    /// Signs, as an Ethereum wallet does, that a spender may move up to an amount. spec/ledger.md#L-173.
    /// </summary>
    /// <param name="asset">What may be moved; an asset of the network.</param>
    /// <param name="spender">Who may move it.</param>
    /// <param name="value">How much; 2^128 - 1 has no limit.</param>
    /// <param name="nonce">Permits of this asset that executed before.</param>
    /// <param name="validity">How long it may execute.</param>
    /// <exception cref="BusbarException">AssetUnknown: the network has no such asset.</exception>
    /// <exception cref="InvalidOperationException">The key is no secp256k1 key, or a delegate's.</exception>
    public Operation.Permit Permit(Address asset, Address spender, Amount value, ulong nonce, TimeSpan validity)
    {
        var unsigned = new Operation.Permit(
            asset,
            DomainOf(asset),
            Address,
            spender,
            Uint256.FromUInt128(value.Atomic),
            nonce,
            Uint256.FromUInt128(SecondsAhead(validity)),
            default);
        return unsigned with { Signature = SignDigest(unsigned.SigningHash()) };
    }

    private ulong SecondsAhead(TimeSpan validity) => (ulong)time.GetUtcNow().Add(validity).ToUnixTimeSeconds();

    private Hash256 DomainOf(Address asset)
    {
        var known = network.Assets.FirstOrDefault(one => Address.Parse(one.Address) == asset)
            ?? throw new BusbarException("AssetUnknown", $"The network has no asset {asset}.");
        return Eip712.DomainOf(known.Name, known.Version, Network, asset);
    }

    // What a wallet signs is its own account's alone: under a mandate the ledger would find another signer.
    private RecoverableSignature SignDigest(Hash256 digest)
    {
        if (Signer != Address)
        {
            throw new InvalidOperationException("A delegate signs no authorization or permit of its account.");
        }

        var signature = key.SignRecoverable(digest);
        Interlocked.Increment(ref signatureCount);
        return signature;
    }
}
