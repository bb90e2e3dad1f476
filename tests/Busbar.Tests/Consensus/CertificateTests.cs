using Busbar.Consensus;
using Busbar.Keys;
using Busbar.Proofs;

namespace Busbar.Tests.Consensus;

/// <summary>Sets, quorums and certificates: C-1 to C-7.</summary>
public class CertificateTests
{
    [Fact]
    public void C1_a_set_is_1_to_200_different_ed25519_keys()
    {
        var one = Committee.Key(0).PublicKey;
        using var other = PrivateKey.Create(KeyKind.P256, Hash256.Sha256("p"u8).ToArray());
        Assert.Throws<ArgumentException>(() => new ValidatorSet([]));
        Assert.Throws<ArgumentException>(() => new ValidatorSet([one, one]));
        Assert.Throws<ArgumentException>(() => new ValidatorSet([one, other.PublicKey]));
        Assert.Throws<ArgumentException>(() => Committee.Of(201));
        Assert.NotEqual(
            new ValidatorSet([one, Committee.Key(1).PublicKey]).Digest,
            new ValidatorSet([Committee.Key(1).PublicKey, one]).Digest);
    }

    [Fact]
    public void C3_leaders_take_turns()
    {
        var set = Committee.Of(4);
        Assert.Equal([1, 2, 3, 0, 1], Enumerable.Range(1, 5).Select(view => set.LeaderOf((ulong)view)));
    }

    [Fact]
    public void C4_a_vote_counts_for_one_kind_network_epoch_view_parent_and_block_only()
    {
        var vote = Committee.Notarize(5);
        Hash256[] hashes =
        [
            vote.SigningHash(Committee.Network),
            vote.SigningHash(new NetworkId(1)),
            (vote with { Kind = VoteKind.Finalize }).SigningHash(Committee.Network),
            (vote with { Epoch = 1 }).SigningHash(Committee.Network),
            (vote with { View = 6 }).SigningHash(Committee.Network),
            (vote with { ParentView = 3 }).SigningHash(Committee.Network),
            (vote with { Block = Hash256.Zero }).SigningHash(Committee.Network),
        ];
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
    }

    [Fact]
    public void C5_a_quorum_verifies_and_fewer_doubled_strange_or_wrong_signers_do_not()
    {
        var set = Committee.Of(7);
        var vote = Committee.Notarize(3);
        var good = Committee.Certify(vote, 0, 2, 3, 5, 6);
        Assert.True(good.Verify(set, Committee.Network));
        Assert.True(Committee.Certify(vote, 0, 1, 2, 3, 4, 5, 6).Verify(set, Committee.Network));

        Assert.False(good.Verify(set, new NetworkId(1)));
        Assert.False(Committee.Certify(vote, 0, 2, 3, 5).Verify(set, Committee.Network));
        Assert.False(Committee.Certify(vote, 0, 2, 3, 5, 5).Verify(set, Committee.Network));
        Assert.False(Committee.Certify(vote, 2, 0, 3, 5, 6).Verify(set, Committee.Network));
        Assert.False(Committee.Certify(vote, 0, 2, 3, 5, 7).Verify(set, Committee.Network));
        Assert.False((good with { Signers = [0, 2, 3, 4, 6] }).Verify(set, Committee.Network));
        Assert.False((good with { Signatures = [.. good.Signatures.Take(4)] }).Verify(set, Committee.Network));
        Assert.False((good with { Vote = Committee.Notarize(3, "b") }).Verify(set, Committee.Network));
    }

    [Fact]
    public void C5_a_certificate_has_one_encoding()
    {
        var certificate = Committee.Certify(Committee.Finalize(900), 0, 2, 9);
        var writer = new CanonicalWriter();
        certificate.Write(writer);
        var bytes = writer.ToArray();

        Assert.True(Certificate.TryDecode(bytes, out var decoded));
        Assert.Equal(certificate.Vote, decoded.Vote);
        Assert.Equal(certificate.Signers, decoded.Signers);
        Assert.Equal(certificate.Signatures, decoded.Signatures);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.False(Certificate.TryDecode(bytes.AsSpan(0, length), out _));
        }

        Assert.False(Certificate.TryDecode([.. bytes, 0], out _));
    }

    [Fact]
    public void C6_every_message_and_journal_record_survives_its_encoding()
    {
        var certificate = Committee.Certify(Committee.Nullify(4), 0, 1, 2);
        var signed = new SignedVote(Committee.Notarize(4), Committee.Sign(0, Committee.Notarize(4)));
        foreach (var message in (Message[])[
            new Message.Proposal(signed), new Message.VoteCast(3, signed),
            new Message.CertificateSeen(certificate), new Message.Request(3, 9)])
        {
            Assert.Equal(DecodeError.Unset, Message.TryDecode(message.Encode(), out var decoded));
            Assert.Equal(message.Encode(), decoded!.Value.Encode());
            Assert.Equal(message.GetType(), decoded.Value.GetType());
        }

        foreach (var record in (JournalRecord[])[
            new JournalRecord.OwnVote(signed), new JournalRecord.Held(certificate),
            new JournalRecord.Verdict(signed.Vote, true)])
        {
            Assert.Equal(DecodeError.Unset, JournalRecord.TryDecode(record.Encode(), out var decoded));
            Assert.Equal(record.Encode(), decoded!.Encode());
            Assert.Equal(record.Vote, decoded.Vote);
        }
    }

    [Fact]
    public void C7_only_a_message_of_this_epoch_with_right_signatures_is_verified()
    {
        var verifier = new MessageVerifier(Committee.Network, 0, Committee.Of(4));
        bool IsRight(Message message) => verifier.TryVerify(new Unverified<Message>(message), out _);
        SignedVote Signed(int signer, Vote vote) => new(vote, Committee.Sign(signer, vote));

        Assert.True(IsRight(new Message.VoteCast(2, Signed(2, Committee.Nullify(5)))));
        Assert.True(IsRight(new Message.Proposal(Signed(1, Committee.Notarize(5)))));
        Assert.True(IsRight(new Message.CertificateSeen(Committee.Certify(Committee.Nullify(5), 0, 1, 2))));
        Assert.True(IsRight(new Message.Request(5, 5)));

        Assert.False(IsRight(new Message.VoteCast(2, Signed(3, Committee.Nullify(5)))));
        Assert.False(IsRight(new Message.VoteCast(4, Signed(4, Committee.Nullify(5)))));
        Assert.False(IsRight(new Message.VoteCast(2, Signed(2, Committee.Nullify(5) with { Epoch = 1 }))));
        Assert.False(IsRight(new Message.VoteCast(2, Signed(2, Committee.Notarize(5) with { ParentView = 5 }))));
        Assert.False(IsRight(new Message.Proposal(Signed(2, Committee.Notarize(5)))));
        Assert.False(IsRight(new Message.Proposal(Signed(1, Committee.Finalize(5)))));
        Assert.False(IsRight(new Message.CertificateSeen(Committee.Certify(Committee.Nullify(5), 0, 1))));
        Assert.False(IsRight(new Message.Request(6, 5)));
    }
}
