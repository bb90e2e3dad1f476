using System.Security.Cryptography;
using Busbar.Api;
using Busbar.Keys;
using Busbar.Ticks;
using Busbar.Transactions;

namespace Busbar.Client;

/// <summary>
/// Signs an account's transactions and vouchers for one network, and counts what it signed. Thread-safe. The key
/// stays the caller's: disposing of it is too.
/// </summary>
public sealed partial class Wallet
{
    /// <summary>How long an intent may execute unless the caller says otherwise.</summary>
    public static readonly TimeSpan DefaultValidity = TimeSpan.FromMinutes(10);

    private readonly PrivateKey key;
    private readonly NetworkInfo network;
    private readonly Address account;
    private readonly Address feeAsset;
    private readonly TimeProvider time;
    private long signatureCount;

    /// <summary>A wallet for the network that a node described.</summary>
    /// <param name="key">The account's key.</param>
    /// <param name="network">What GET /v1/network answered.</param>
    /// <param name="time">The clock that intents expire by; the system's when null.</param>
    /// <param name="account">
    /// The account it acts for, which has granted the key a mandate; the key's own when null. spec/ledger.md#L-140.
    /// </param>
    public Wallet(PrivateKey key, NetworkInfo network, TimeProvider? time = null, Address? account = null)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(network);
        this.key = key;
        this.network = network;
        this.time = time ?? TimeProvider.System;
        this.account = account ?? key.Address;
        feeAsset = Address.Parse(network.FeeAsset);
    }

    /// <summary>The account: it acts and pays.</summary>
    public Address Address => account;

    /// <summary>Whose key signs: the account's own, or a delegate's.</summary>
    public Address Signer => key.Address;

    /// <summary>The key that signs vouchers too.</summary>
    public PublicKey PublicKey => key.PublicKey;

    /// <summary>The asset that fees are paid in.</summary>
    public Address FeeAsset => feeAsset;

    /// <summary>The network that everything is signed for.</summary>
    public NetworkId Network => new(network.ChainId);

    /// <summary>Signatures made so far, of transactions and vouchers.</summary>
    public long SignatureCount => Interlocked.Read(ref signatureCount);

    /// <summary>A new intent id that may execute for a while, 10 minutes unless said otherwise.</summary>
    public IntentId NewIntent(TimeSpan? validity = null)
    {
        var until = time.GetUtcNow().Add(validity ?? DefaultValidity).ToUnixTimeMilliseconds();
        return IntentId.Create(new UnixTime((ulong)until), RandomNumberGenerator.GetBytes(IntentId.NonceSizeBytes));
    }

    /// <summary>
    /// Signs operations as one transaction: all or nothing, at most once for this intent id. The most it may cost is
    /// <see cref="FeeBound"/>.
    /// </summary>
    public SignedTransaction Sign(IntentId intentId, params IReadOnlyList<Operation> operations)
    {
        var maxFee = FeeBound.Of(network, operations);
        var transaction = new Transaction(
            Network, Address, Signer, intentId, operations, feeAsset, maxFee, FeePayer: null);
        return new SignedTransaction(transaction, [Sign(transaction.SigningHash())]);
    }

    /// <summary>Signs a voucher of a channel whose voucher key this is.</summary>
    public SignatureProof Sign(Voucher voucher) => Sign(voucher.SigningHash());

    /// <summary>Attests as an attestor that an escrow is to be released to its payee. spec/ledger.md#L-133.</summary>
    public SignatureProof Attest(EscrowId escrow) => Sign(EscrowAttestation.ReleaseHash(Network, escrow));

    private SignatureProof Sign(Hash256 signingHash)
    {
        Interlocked.Increment(ref signatureCount);
        return new SignatureProof(key.PublicKey, key.Sign(signingHash));
    }
}
