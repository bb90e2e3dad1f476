using Busbar.Consensus;
using Busbar.Keys;
using Busbar.Node;
using Busbar.Node.Exchange;
using Busbar.Proofs;

namespace Busbar.Tests.Node;

/// <summary>What nodes send each other, as bytes.</summary>
public class PeerMessageTests
{
    public static TheoryData<string> Kinds => [.. Messages.Keys];

    private static Dictionary<string, PeerMessage> Messages => new()
    {
        ["consensus"] = new PeerMessage.Consensus([1, 2], [3]),
        ["consensus without a block"] = new PeerMessage.Consensus([1, 2], null),
        ["transactions"] = new PeerMessage.Transactions([[1], [2, 3]]),
        ["status"] = new PeerMessage.Status(1, 2, 3, 4),
        ["block request"] = new PeerMessage.BlockRequest(Hash256.Sha256("b"u8)),
        ["block"] = new PeerMessage.BlockAnswer([9, 9]),
        ["history request"] = new PeerMessage.HistoryRequest(77),
        ["history"] = new PeerMessage.HistoryAnswer([[1], [2]]),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void C60_each_message_survives_its_encoding_and_no_cut_of_it_decodes(string kind)
    {
        var bytes = Messages[kind].Encode();
        Assert.Equal(DecodeError.Unset, PeerMessage.TryDecode(bytes, out var decoded));
        Assert.Equal(bytes, decoded!.Encode());
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.NotEqual(DecodeError.Unset, PeerMessage.TryDecode(bytes.AsSpan(0, length), out _));
        }
    }

    [Fact]
    public void C63_random_bytes_and_flipped_bits_never_throw_and_are_never_verified()
    {
        var random = new Random(1);
        var reader = NewReader();
        var from = DevelopmentKeys.Validator(1).PublicKey;
        var accepted = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = i % 2 == 0
                ? Flip(Messages.Values.ElementAt(random.Next(Messages.Count)).Encode(), random)
                : RandomBytes(random);
            accepted += reader.TryRead(bytes, from, out var input) && input is not null ? 1 : 0;
            Assert.False(input is PeerInput.Consensus or PeerInput.BlockAnswer);
        }

        // Some flips leave a good status or request: the generator reaches both sides.
        Assert.InRange(accepted, 1, 10_000);
    }

    [Fact]
    public void C60_C63_one_transaction_more_than_a_message_may_hold_is_refused()
    {
        PeerMessage Of(int count) =>
            new PeerMessage.Transactions([.. Enumerable.Repeat(new byte[] { 1 }, count)]);
        Assert.Equal(
            DecodeError.Unset, PeerMessage.TryDecode(Of(NodeLimits.TransactionsPerMessage).Encode(), out _));
        Assert.NotEqual(
            DecodeError.Unset, PeerMessage.TryDecode(Of(NodeLimits.TransactionsPerMessage + 1).Encode(), out _));
    }

    [Fact]
    public void C52_C7_votes_of_another_epoch_are_of_no_use_and_badly_signed_ones_a_fault()
    {
        var reader = NewReader();
        var key = DevelopmentKeys.Validator(1);
        Assert.True(Read(reader, Signed(key, 0), out var input));
        Assert.IsType<PeerInput.Consensus>(input);
        Assert.True(Read(reader, Signed(key, 5), out input));
        Assert.Null(input);
        Assert.False(Read(reader, Signed(DevelopmentKeys.Validator(2), 0), out _));
    }

    [Fact]
    public void C48_consensus_messages_of_somebody_who_has_no_vote_are_of_no_use()
    {
        using var stranger = PrivateKey.Create(KeyKind.Ed25519, Hash256.Sha256("stranger"u8).ToArray());
        var message = new PeerMessage.Consensus(Signed(DevelopmentKeys.Validator(1), 0), null).Encode();
        Assert.True(NewReader().TryRead(message, stranger.PublicKey, out var input));
        Assert.Null(input);
    }

    private static bool Read(PeerMessageReader reader, byte[] message, out PeerInput? input) => reader.TryRead(
        new PeerMessage.Consensus(message, null).Encode(), DevelopmentKeys.Validator(1).PublicKey, out input);

    private static byte[] Signed(PrivateKey key, ulong epoch)
    {
        var vote = new Vote(VoteKind.Nullify, epoch, 1, 0, Hash256.Zero);
        var signature = key.Sign(vote.SigningHash(NetworkId.Development));
        return new Message.VoteCast(1, new SignedVote(vote, signature)).Encode();
    }

    private static PeerMessageReader NewReader()
    {
        var reader = new PeerMessageReader(NetworkId.Development, new TransactionMemory(NetworkId.Development));
        reader.SetEpoch(
            0,
            new ValidatorSet([.. Enumerable.Range(0, 4).Select(index => DevelopmentKeys.Validator(index).PublicKey)]));
        return reader;
    }

    private static byte[] Flip(byte[] bytes, Random random)
    {
        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return bytes;
    }

    private static byte[] RandomBytes(Random random)
    {
        var bytes = new byte[random.Next(1, 200)];
        random.NextBytes(bytes);
        return bytes;
    }
}
