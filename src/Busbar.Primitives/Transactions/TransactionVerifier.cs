using System.Diagnostics.CodeAnalysis;
using Busbar.Ethereum;
using Busbar.Proofs;
using Busbar.Ticks;

namespace Busbar.Transactions;

/// <summary>
/// The stateless half of checking a transaction: form, sizes, signatures, and the evidence of its claims. Pure and
/// thread-safe, so a host runs it on arrival, on many transactions at once. spec/ledger.md#L-3.
/// </summary>
public static class TransactionVerifier
{
    /// <summary>
    /// Checks everything that needs no state. A claim whose signature or tick is bad does not refuse the
    /// transaction: it is evidence, and gives that entry its status when the transaction executes.
    /// </summary>
    /// <returns><see cref="VerificationStatus.Verified"/>, or the first reason in the order of the enum.</returns>
    public static VerificationStatus TryVerify(
        Unverified<SignedTransaction> unverified,
        NetworkId network,
        [NotNullWhen(true)] out Verified<CheckedTransaction>? transaction)
    {
        ArgumentNullException.ThrowIfNull(unverified);
        transaction = null;
        var signed = unverified.Value;
        var status = CheckForm(signed, network);
        if (status != VerificationStatus.Verified)
        {
            return status;
        }

        var encoded = signed.Encode();
        if (encoded.Length > Limits.TransactionSizeBytes)
        {
            return VerificationStatus.TooLarge;
        }

        var signingHash = signed.SigningHash();
        status = signed switch
        {
            BareAuthorization bare => CheckSignatures(bare, signingHash),
            EthereumTransaction raw => CheckSignatures(raw),
            _ => CheckSignatures(signed, signingHash),
        };
        if (status != VerificationStatus.Verified)
        {
            return status;
        }

        transaction = new Verified<CheckedTransaction>(new CheckedTransaction(
            signed, signingHash, MerkleList.HashItem(encoded), encoded.Length, CheckOperations(signed.Transaction)));
        return VerificationStatus.Verified;
    }

    private static VerificationStatus CheckForm(SignedTransaction signed, NetworkId network)
    {
        var transaction = signed.Transaction;
        if (transaction.Network != network)
        {
            return VerificationStatus.WrongNetwork;
        }

        if (signed is EthereumTransaction { Fault: not VerificationStatus.Verified and var fault })
        {
            return fault;
        }

        if (transaction.Operations.Count is < 1 or > Limits.OperationsPerTransaction
            || !transaction.Operations.All(IsWellFormed))
        {
            return VerificationStatus.Malformed;
        }

        if (CountClaims(transaction) > Limits.ClaimsPerTransaction)
        {
            return VerificationStatus.TooManyClaims;
        }

        return CountAttestations(transaction) > Limits.EscrowAttestationsPerTransaction
            ? VerificationStatus.TooManyAttestations
            : VerificationStatus.Verified;
    }

    private static bool IsWellFormed(Operation operation) => operation switch
    {
        Operation.CreateAsset create => create.IsWellFormed(),
        Operation.OpenChannel open => open.FirstVoucher?.IsWellFormed() ?? true,
        Operation.ClaimChannels claims =>
            claims.Claims.Count is >= 1 and <= Limits.ClaimsPerOperation && claims.Claims.All(IsWellFormed),
        Operation.LockEscrow escrow => escrow.Conditions.IsWellFormed(),
        Operation.ReleaseEscrow release => release.Attestations.Count <= Limits.EscrowAttestors,
        Operation.GrantMandate grant => grant.IsWellFormed(),
        Operation.DepositX402Channel deposit => deposit.Config.IsWellFormed(),
        Operation.DepositX402ChannelWithAuthorization deposit => deposit.Config.IsWellFormed(),
        Operation.ClaimX402Channels claims => claims.Claims.Count is >= 1 and <= Limits.ClaimsPerOperation,
        Operation.CastVote vote => vote.Proposal.IsWellFormed(),
        _ => true,
    };

    private static bool IsWellFormed(Claim claim) =>
        claim.Voucher.IsWellFormed()
        && claim.Path.Count <= Limits.TickPathLength
        && claim.Tick is not { Position: < 1 or > Limits.TickChainLength }
        && claim.Tick is not { Chain: < 0 or >= Limits.TickHeads };

    private static int CountClaims(Transaction transaction)
    {
        var count = 0;
        foreach (var operation in transaction.Operations)
        {
            count += operation switch
            {
                Operation.ClaimChannels claims => claims.Claims.Count,
                Operation.ClaimX402Channels claims => claims.Claims.Count,
                _ => 0,
            };
        }

        return count;
    }

    private static int CountAttestations(Transaction transaction)
    {
        var count = 0;
        foreach (var operation in transaction.Operations)
        {
            count += operation is Operation.ReleaseEscrow release ? release.Attestations.Count : 0;
        }

        return count;
    }

    private static VerificationStatus CheckSignatures(SignedTransaction signed, Hash256 signingHash)
    {
        var transaction = signed.Transaction;
        var feePayer = transaction.FeePayer;
        if (feePayer == transaction.Account || feePayer == transaction.Signer)
        {
            return VerificationStatus.FeePayerRedundant;
        }

        if (signed.Signatures.Count != (feePayer is null ? 1 : 2))
        {
            return VerificationStatus.SignatureCountWrong;
        }

        if (signed.Signatures[0].Key.Address != transaction.Signer)
        {
            return VerificationStatus.SignerKeyMismatch;
        }

        if (feePayer is { } payer && signed.Signatures[1].Key.Address != payer)
        {
            return VerificationStatus.FeePayerKeyMismatch;
        }

        if (!signed.Signatures[0].Verify(signingHash))
        {
            return VerificationStatus.SignatureInvalid;
        }

        return feePayer is null || signed.Signatures[1].Verify(signingHash)
            ? VerificationStatus.Verified
            : VerificationStatus.FeePayerSignatureInvalid;
    }

    // The signature inside the authorization is the signer's.
    private static VerificationStatus CheckSignatures(BareAuthorization bare, Hash256 signingHash)
    {
        var transaction = bare.Transaction;
        if (transaction.FeePayer == transaction.Account)
        {
            return VerificationStatus.FeePayerRedundant;
        }

        if (bare.Signatures.Count != (transaction.FeePayer is null ? 0 : 1))
        {
            return VerificationStatus.SignatureCountWrong;
        }

        if (transaction.FeePayer is { } payer && bare.Signatures[0].Key.Address != payer)
        {
            return VerificationStatus.FeePayerKeyMismatch;
        }

        if (transaction.Operations[0].RecoverSigner() != transaction.Account)
        {
            return VerificationStatus.SignatureInvalid;
        }

        return transaction.FeePayer is null || bare.Signatures[0].Verify(signingHash)
            ? VerificationStatus.Verified
            : VerificationStatus.FeePayerSignatureInvalid;
    }

    // The sender follows from the signature. One inside the call is valid under at most one value of the terms: with a
    // wrong one the transaction stands nowhere, instead of failing at its sender's cost.
    private static VerificationStatus CheckSignatures(EthereumTransaction raw)
    {
        if (raw.Transaction.Account == Address.Zero)
        {
            return VerificationStatus.SignatureInvalid;
        }

        var operation = raw.Transaction.Operations[0];
        var isPermit = operation is Operation.Permit;
        var isRight = operation.WalletSigner is { } signer
            ? raw.Terms is { } terms && (isPermit || terms.PermitNonce == 0) && operation.RecoverSigner() == signer
            : raw.Terms is null;
        return isRight ? VerificationStatus.Verified : VerificationStatus.WalletSignatureInvalid;
    }

    private static CheckedOperation[] CheckOperations(Transaction transaction)
    {
        var operations = new CheckedOperation[transaction.Operations.Count];
        for (var i = 0; i < operations.Length; i++)
        {
            operations[i] = new CheckedOperation(transaction.Operations[i], EvidenceOf(transaction, i));
        }

        return operations;
    }

    private static OperationEvidence? EvidenceOf(Transaction transaction, int index) =>
        transaction.Operations[index] switch
        {
            Operation.CreateAsset or Operation.StartStream or Operation.LockEscrow or Operation.GrantMandate =>
                new ObjectEvidence(transaction.ObjectIdAt(index)),
            Operation.OpenChannel open =>
                new ChannelOpeningEvidence(transaction.ChannelIdAt(index), open.FirstVoucher?.SigningHash()),
            Operation.ClaimChannels claims => new ClaimsEvidence(CheckClaims(claims.Claims)),
            Operation.ReleaseEscrow release => CheckRelease(transaction.Network, release),
            Operation.DepositX402Channel deposit =>
                new X402DepositEvidence(deposit.Config.IdIn(transaction.Network), null, null),
            Operation.DepositX402ChannelWithAuthorization deposit => CheckDeposit(transaction.Network, deposit),
            Operation.ClaimX402Channels claims => CheckClaims(transaction.Network, claims),
            Operation.RefundX402Channel { Authorization: { } authorization } refund => new SignerEvidence(
                authorization.Signature.Recover(X402.RefundDigest(
                    transaction.Network, refund.Channel, authorization.Nonce, refund.Amount))?.Address),
            { WalletSigner: not null } operation => new SignerEvidence(operation.RecoverSigner()),
            _ => null,
        };

    // A signature that is not valid counts nothing; the second one of a key neither.
    private static EscrowReleaseEvidence CheckRelease(NetworkId network, Operation.ReleaseEscrow release)
    {
        var hash = EscrowAttestation.ReleaseHash(network, release.Escrow);
        var attestors = new List<Address>();
        foreach (var proof in release.Attestations)
        {
            if (!attestors.Contains(proof.Key.Address) && proof.Verify(hash))
            {
                attestors.Add(proof.Key.Address);
            }
        }

        Hash256? preimageHash = release.Preimage is { } preimage ? Hash256.Sha256(preimage.ToArray()) : null;
        return new EscrowReleaseEvidence(preimageHash, attestors);
    }

    private static X402DepositEvidence CheckDeposit(
        NetworkId network, Operation.DepositX402ChannelWithAuthorization deposit)
    {
        var channel = deposit.Config.IdIn(network);
        var authorization = deposit.AuthorizationFor(channel);
        return new X402DepositEvidence(
            channel, authorization, deposit.Signature.Recover(Eip712.ReceiveDigest(authorization))?.Address);
    }

    private static X402ClaimsEvidence CheckClaims(NetworkId network, Operation.ClaimX402Channels operation)
    {
        var claims = operation.Claims;
        var signers = new Address?[claims.Count];
        for (var i = 0; i < signers.Length; i++)
        {
            var digest = X402.VoucherDigest(network, claims[i].Channel, claims[i].Maximum);
            signers[i] = claims[i].Signature.Recover(digest)?.Address;
        }

        return new X402ClaimsEvidence(
            operation.Signature?.Recover(X402.ClaimsDigest(network, claims))?.Address, signers);
    }

    private static CheckedClaim[] CheckClaims(IReadOnlyList<Claim> claims)
    {
        var evidence = new CheckedClaim[claims.Count];
        for (var i = 0; i < evidence.Length; i++)
        {
            evidence[i] = new CheckedClaim(claims[i], claims[i].Voucher.SigningHash(), ClaimCheck.Evaluate(claims[i]));
        }

        return evidence;
    }
}
