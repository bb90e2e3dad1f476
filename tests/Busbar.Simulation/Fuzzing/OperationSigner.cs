using Busbar.Ethereum;
using Busbar.Keys;
using Busbar.Simulation.Model;
using Busbar.Ticks;
using Busbar.Transactions;

namespace Busbar.Simulation.Fuzzing;

/// <summary>
/// Signs what stands inside an operation again, after it was changed, by the keys that a <see cref="LedgerWorld"/>
/// knows: so that what changed is judged, and not the signature. Stateless.
/// </summary>
internal static class OperationSigner
{
    private const int Anybody = 0;
    private const int VoucherKey = 2;
    private const int VoucherWallet = 2;
    private const int ReceiverWallet = 1;

    /// <summary>The operation with signatures that are right, where the keys are known.</summary>
    public static Operation Sign(Operation operation) => operation switch
    {
        Operation.TransferWithAuthorization transfer =>
            LedgerWorld.SignTransfer(transfer.Authorization, WalletOf(transfer.Authorization.From)),
        Operation.ReceiveWithAuthorization receive =>
            LedgerWorld.SignReceive(receive.Authorization, WalletOf(receive.Authorization.From)),
        Operation.CancelAuthorization cancel => cancel with
        {
            Signature = LedgerWorld.Wallets[WalletOf(cancel.Authorizer)].SignRecoverable(
                Eip712.CancelDigest(cancel.Domain, cancel.Authorizer, cancel.Nonce)),
        },
        Operation.Permit permit => LedgerWorld.SignPermit(permit, WalletOf(permit.Owner)),
        Operation.DepositX402ChannelWithAuthorization deposit =>
            LedgerWorld.SignDeposit(deposit, WalletOf(deposit.Config.Payer)),
        Operation.ClaimX402Channels claims => Sign(claims),
        Operation.RefundX402Channel { Authorization: { } authorization } refund =>
            LedgerWorld.SignRefund(refund.Channel, refund.Amount.Atomic, authorization.Nonce, ReceiverWallet),
        Operation.ClaimChannels claims => new Operation.ClaimChannels([.. claims.Claims.Select(Sign)]),
        Operation.ReleaseEscrow release => Sign(release),
        _ => operation,
    };

    /// <summary>The key of an account among the world's, or null.</summary>
    public static PrivateKey? KeyOf(Address address) =>
        Array.Find(LedgerWorld.Pairs, key => key.Address == address)
        ?? Array.Find(LedgerWorld.Wallets, key => key.Address == address);

    private static int WalletOf(Address address) =>
        Math.Max(Anybody, Array.FindIndex(LedgerWorld.Wallets, wallet => wallet.Address == address));

    private static Operation.ClaimX402Channels Sign(Operation.ClaimX402Channels operation)
    {
        X402Claim[] claims = [.. operation.Claims.Select(claim => LedgerWorld.SignVoucher(
            claim.Channel, claim.Maximum.Atomic, claim.Total.Atomic, VoucherWallet))];
        return operation.Signature is null
            ? LedgerWorld.X402Claims(claims)
            : LedgerWorld.SignClaims(claims, ReceiverWallet);
    }

    private static Claim Sign(Claim claim) => claim.Proof is null
        ? claim
        : claim with
        {
            Proof = Sign(KeyOf(claim.Proof.Key.Address) ?? LedgerWorld.Pairs[VoucherKey], claim.Voucher.SigningHash()),
        };

    private static Operation.ReleaseEscrow Sign(Operation.ReleaseEscrow release)
    {
        var hash = EscrowAttestation.ReleaseHash(LedgerWorld.Network, release.Escrow);
        SignatureProof[] proofs = [.. release.Attestations.Select(proof =>
            Sign(KeyOf(proof.Key.Address) ?? LedgerWorld.Pairs[Anybody], hash))];
        return release with { Attestations = proofs };
    }

    private static SignatureProof Sign(PrivateKey key, Hash256 hash) => new(key.PublicKey, key.Sign(hash));
}
