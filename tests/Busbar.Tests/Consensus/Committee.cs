using Busbar.Consensus;
using Busbar.Keys;
using Busbar.Proofs;

namespace Busbar.Tests.Consensus;

/// <summary>Keys and sets for tests.</summary>
internal static class Committee
{
    public static NetworkId Network => NetworkId.Development;

    public static Hash256 Genesis { get; } = Hash256.Sha256("genesis"u8);

    public static PrivateKey Key(int index) =>
        PrivateKey.Create(KeyKind.Ed25519, Hash256.Sha256(BitConverter.GetBytes(index)).ToArray());

    public static ValidatorSet Of(int count) =>
        new([.. Enumerable.Range(0, count).Select(index => Key(index).PublicKey)]);

    public static Vote Notarize(ulong view, string block = "a") =>
        new(VoteKind.Notarize, 0, view, view - 1, Hash256.Sha256(System.Text.Encoding.UTF8.GetBytes(block)));

    public static Vote Nullify(ulong view) => new(VoteKind.Nullify, 0, view, 0, Hash256.Zero);

    public static Vote Finalize(ulong view, string block = "a") =>
        Notarize(view, block) with { Kind = VoteKind.Finalize };

    public static Signature Sign(int signer, Vote vote) => Key(signer).Sign(vote.SigningHash(Network));

    public static Certificate Certify(Vote vote, params int[] signers) =>
        new(vote, signers, [.. signers.Select(signer => Sign(signer, vote))]);

    public static ReplicaOptions Options(int count, int self = 0) => new()
    {
        Network = Network,
        Epoch = 0,
        Validators = Of(count),
        Key = Key(self),
    };
}
