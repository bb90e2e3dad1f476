using System.Diagnostics.CodeAnalysis;
using Busbar.Keys;
using Busbar.Proofs;

namespace Busbar.Consensus;

/// <summary>
/// Turns a message from outside into one that a <see cref="Replica"/> takes: the epoch is this one and every signature
/// in it is right. Immutable and thread-safe: a host verifies many at a time. spec/consensus.md#C-7.
/// </summary>
public sealed class MessageVerifier
{
    private readonly NetworkId network;
    private readonly ulong epoch;
    private readonly ValidatorSet validators;
    private readonly SignatureCheck check;

    /// <summary>Verifies for one epoch of one network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="epoch">The epoch of the set.</param>
    /// <param name="validators">The epoch's validators.</param>
    /// <param name="check">How a signature is checked: a simulator remembers results; null for the real thing.</param>
    public MessageVerifier(NetworkId network, ulong epoch, ValidatorSet validators, SignatureCheck? check = null)
    {
        this.network = network;
        this.epoch = epoch;
        this.validators = validators;
        this.check = check ?? (static (key, message, signature) => key.Verify(message, signature));
    }

    /// <summary>Verifies; false means that whoever sent it is faulty, or of another epoch.</summary>
    public bool TryVerify(Unverified<Message> message, [NotNullWhen(true)] out Verified<Message>? verified)
    {
        verified = IsRight(message.Value) ? new Verified<Message>(message.Value) : null;
        return verified is not null;
    }

    private bool IsRight(Message message) => message switch
    {
        Message.Proposal { Vote: var vote } =>
            vote.Vote.Kind == VoteKind.Notarize && IsRight(validators.LeaderOf(vote.Vote.View), vote),
        Message.VoteCast cast => cast.Signer < validators.Count && IsRight(cast.Signer, cast.Vote),
        Message.CertificateSeen { Certificate: var certificate } =>
            IsSound(certificate.Vote) && certificate.Verify(validators, network, check),
        Message.Request request => request.FromView <= request.ToView,
        _ => throw new InvariantBrokenException("messages are a closed set"),
    };

    private bool IsRight(int signer, SignedVote signed) =>
        IsSound(signed.Vote) && check(validators.Keys[signer], signed.Vote.SigningHash(network), signed.Signature);

    private bool IsSound(Vote vote) =>
        vote.Epoch == epoch && vote.View > 0 && (vote.Kind == VoteKind.Nullify || vote.ParentView < vote.View);
}
