using Busbar.Client;
using Busbar.Client.Light;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Tests.Ledger;

/// <summary>Statements about certified blocks: true ones are taken, and nothing else is.</summary>
public sealed class ProofTests
{
    private readonly LedgerWorld world = LedgerWorld.WithValidators(4);
    private readonly ValidatorSet validators = new(LedgerWorld.ValidatorKeys(4));
    private readonly List<Transaction> sent = [];
    private readonly List<Receipt> receipts = [];
    private BlockHeader header = null!;

    public ProofTests()
    {
        var block = world.Begin(1_000);
        for (var i = 0; i < 9; i++)
        {
            var transfer = new Operation.Transfer(
                LedgerWorld.Dollar, LedgerWorld.AddressOf(1 + i % 3), new Amount(5), Hash256.Zero);
            sent.Add(world.Write(i % 3, transfer));
            Assert.Equal(InclusionStatus.Included, block.Apply(LedgerWorld.Check(sent[^1]), out var receipt));
            receipts.Add(receipt!);
        }

        Close(block, genesis: world.State.Genesis.Digest());
    }

    [Fact]
    public void L47_L48_every_object_of_a_state_is_proved_and_any_other_value_is_not()
    {
        var seen = 0;
        foreach (var entry in world.State.Entries())
        {
            seen++;
            var proof = Prove(world.State.Prove(entry.Key)!);
            Assert.Equal(ProofStatus.Valid, Check(proof));
            var statement = proof.Statement;
            Assert.Equal(
                entry.Value, statement is Statement.Intent one ? one.Record : ((Statement.Object)statement).Value);
            Statement forged = statement switch
            {
                Statement.Intent intent => intent with { Record = [.. entry.Value!, 0] },
                Statement.Object found => found with { Value = [.. entry.Value!, 0] },
                _ => throw new InvalidOperationException("another kind"),
            };
            Assert.Equal(ProofStatus.StatementFalse, Check(proof with { Statement = forged }));
            Statement denied = statement switch
            {
                Statement.Intent intent => intent with { Record = null },
                Statement.Object found => found with { Value = null },
                _ => throw new InvalidOperationException("another kind"),
            };
            Assert.Equal(ProofStatus.StatementFalse, Check(proof with { Statement = denied }));
        }

        Assert.True(seen > 20);
    }

    [Fact]
    public void L47_what_is_not_there_is_proved_absent_and_cannot_be_made_up()
    {
        byte[][] absent =
        [
            StateKey.OfBalance(new BalanceKey(LedgerWorld.Named(9), LedgerWorld.Dollar)),
            StateKey.OfChannel(new ChannelId(Hash256.Sha256([1]))),
            StateKey.OfIntent(new IntentKey(sent[0].Account, sent[0].Signer, world.NewIntent())),
            StateKey.OfIntent(new IntentKey(sent[0].Account, sent[0].Signer, world.NewIntent(90_000_000))),
        ];
        foreach (var key in absent)
        {
            var proof = Prove(world.State.Prove(key)!);
            Assert.Equal(ProofStatus.Valid, Check(proof));
            Statement invented = proof.Statement switch
            {
                Statement.Intent intent => intent with { Record = [1] },
                Statement.Object found => found with { Value = [1] },
                _ => throw new InvalidOperationException("another kind"),
            };
            Assert.Equal(ProofStatus.StatementFalse, Check(proof with { Statement = invented }));
        }

        foreach (var nonsense in (byte[][])[[], [0x01], [0x02, 1], [0xEE, .. new byte[32]], [0x10, 1, 2]])
        {
            Assert.Null(world.State.Prove(nonsense));
        }
    }

    [Fact]
    public void L47_L50_a_payment_cannot_be_denied_by_its_absence_from_the_tree_of_objects()
    {
        // Any absent object whose path ends where the intent's would: a liar finds one in a few tries.
        var paid = StateKey.OfIntent(new IntentKey(sent[0].Account, sent[0].Signer, sent[0].IntentId));
        var lies = Enumerable.Range(0, 2_000)
            .Select(i => new ChannelId(Hash256.Sha256([(byte)(i & 255), (byte)(i >> 8)])))
            .Select(other => world.State.Prove(StateKey.OfChannel(other)))
            .Select(other => ((Statement.Object)other!) with { Key = paid })
            .Where(lie => lie.InObjects.RootWithout(MerkleMap.PathOf(paid)) is { } objects
                && MerkleMap.CombineState(objects, lie.IntentsRoot) == header.StateRoot)
            .ToArray();
        Assert.NotEmpty(lies);
        Assert.Equal(ProofStatus.StatementFalse, Check(Prove(lies[0])));
        var anchor = TrustAnchor.Of(world.State.Genesis);
        var refused = Assert.Throws<BusbarException>(() => ProofReader.Read(Prove(lies[0]), anchor));
        Assert.Equal("ProofInvalid", refused.Code);
        var truth = ProofReader.Read(Prove(world.State.Prove(paid)!), anchor);
        Assert.Equal(IntentState.Executed, Assert.IsType<ProvedOutcome.Intent>(truth.Outcome).Where);
    }

    [Fact]
    public void L47_a_receipt_and_its_transaction_are_proved_to_stand_in_the_block()
    {
        for (var index = 0; index < receipts.Count; index++)
        {
            var proof = Prove(new Statement.Executed(receipts[index], ListProof.Of(ReceiptLeaves(), index)));
            Assert.Equal(ProofStatus.Valid, Check(proof));
            var other = receipts[index] with { Fee = receipts[index].Fee + new Amount(1) };
            Assert.Equal(
                ProofStatus.StatementFalse,
                Check(proof with { Statement = ((Statement.Executed)proof.Statement) with { Receipt = other } }));

            var encoded = LedgerWorld.Check(sent[index]).Value.Signed.Encode();
            var stands = Prove(new Statement.Included(encoded, ListProof.Of(TransactionLeaves(), index)));
            Assert.Equal(ProofStatus.Valid, Check(stands));
            var more = (Statement.Included)stands.Statement with { Encoded = [.. encoded, 0] };
            Assert.Equal(ProofStatus.StatementFalse, Check(stands with { Statement = more }));
        }
    }

    [Fact]
    public void L48_a_proof_by_another_set_network_epoch_or_chain_is_refused()
    {
        var proof = Prove(world.State.Prove(StateKey.OfGovernance())!);
        var trusted = new TrustedSet(0, validators);
        Assert.Equal(ProofStatus.WrongNetwork, proof.Check(new NetworkId(9), trusted, out _));
        Assert.Equal(
            ProofStatus.EpochUnknown, proof.Check(LedgerWorld.Network, trusted with { Epoch = 1 }, out _));
        var strangers = new TrustedSet(0, new ValidatorSet(LedgerWorld.ValidatorKeys(5)));
        Assert.Equal(ProofStatus.HeadersBroken, proof.Check(LedgerWorld.Network, strangers, out _));
        Assert.Equal(
            ProofStatus.HeadersBroken, Check(proof with { Headers = [header, header] }));
        var fewer = proof.Finalization with
        {
            Signers = [0, 1],
            Signatures = [.. proof.Finalization.Signatures.Take(2)],
        };
        Assert.Equal(ProofStatus.CertificateInvalid, Check(proof with { Finalization = fewer }));
        var notarized = proof.Finalization with { Vote = proof.Finalization.Vote with { Kind = VoteKind.Notarize } };
        Assert.Equal(ProofStatus.CertificateInvalid, Check(proof with { Finalization = notarized }));
        var changed = header with { Time = new UnixTime(header.Time.Ms + 1) };
        Assert.Equal(ProofStatus.CertificateInvalid, Check(proof with { Headers = [changed] }));
    }

    [Fact]
    public void L48_a_block_is_proved_by_the_certificate_of_one_that_stands_on_it()
    {
        var statement = world.State.Prove(StateKey.OfBalance(
            new BalanceKey(LedgerWorld.AddressOf(0), LedgerWorld.Dollar)))!;
        var first = header;
        Close(world.Begin(500), first.Digest());
        var second = header;
        Close(world.Begin(500), second.Digest());
        var proof = new LedgerProof([], [first, second, header], Certify(header), statement);
        Assert.Equal(ProofStatus.Valid, Check(proof));
        Assert.Equal(ProofStatus.CertificateInvalid, Check(proof with { Headers = [first, second] }));
        Assert.Equal(ProofStatus.HeadersBroken, Check(proof with { Headers = [first, header] }));
    }

    [Fact]
    public void L48_a_change_of_the_validators_is_followed_step_by_step_and_not_skipped()
    {
        var handovers = new List<Handover>();
        var current = validators;
        for (var step = 0; step < 2; step++)
        {
            PublicKey[] next = [.. current.Keys.Skip(1), LedgerWorld.Key(230 + step).PublicKey];
            handovers.Add(Hand(header with { Epoch = (ulong)step }, current, next));
            current = new ValidatorSet(next);
        }

        var last = header with { Epoch = 2, Validators = current.Digest, NextValidators = current.Digest };
        var proof = new LedgerProof(
            handovers, [last], Certify(last, current), world.State.Prove(StateKey.OfGovernance())!);
        Assert.Equal(
            ProofStatus.Valid, proof.Check(LedgerWorld.Network, new TrustedSet(0, validators), out var reached));
        Assert.Equal((2UL, current.Digest), (reached.Epoch, reached.Validators.Digest));
        Assert.Equal(
            ProofStatus.HandoverInvalid,
            Check(proof with { Handovers = [handovers[1], handovers[0]] }));
        Assert.Equal(ProofStatus.HandoverInvalid, Check(proof with { Handovers = [handovers[1]] }));
        Assert.Equal(ProofStatus.EpochUnknown, Check(proof with { Handovers = [handovers[0]] }));
        Assert.Equal(
            ProofStatus.Valid,
            (proof with { Handovers = [] }).Check(LedgerWorld.Network, new TrustedSet(2, current), out _));
    }

    [Fact]
    public void L48_a_proof_survives_its_encoding_and_damage_is_refused()
    {
        LedgerProof[] proofs =
        [
            .. world.State.Entries().Select(entry => Prove(world.State.Prove(entry.Key)!)),
            Prove(new Statement.Executed(receipts[0], ListProof.Of(ReceiptLeaves(), 0))),
            Prove(new Statement.Included([1, 2], ListProof.Of(TransactionLeaves(), 3))),
        ];
        var random = new Random(3);
        foreach (var proof in proofs)
        {
            var bytes = proof.Encode();
            Assert.Equal(DecodeError.Unset, LedgerProof.TryDecode(bytes, out var read));
            Assert.Equal(bytes, read!.Encode());
            for (var trial = 0; trial < 20; trial++)
            {
                var damaged = bytes.ToArray();
                damaged[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                Assert.True(
                    LedgerProof.TryDecode(damaged, out var other) != DecodeError.Unset
                    || Check(other!) != ProofStatus.Valid);
                Assert.NotEqual(
                    DecodeError.Unset, LedgerProof.TryDecode(bytes.AsSpan(0, random.Next(bytes.Length)), out _));
            }
        }
    }

    private ProofStatus Check(LedgerProof proof) =>
        proof.Check(LedgerWorld.Network, new TrustedSet(0, validators), out _);

    private LedgerProof Prove(Statement statement) => new([], [header], Certify(header), statement);

    private Hash256[] ReceiptLeaves() =>
    [
        .. receipts.Select(receipt =>
        {
            var writer = new CanonicalWriter();
            receipt.Write(writer);
            return MerkleList.HashItem(writer.WrittenSpan);
        }),
    ];

    private Hash256[] TransactionLeaves() => [.. sent.Select(one => LedgerWorld.Check(one).Value.LeafHash)];

    private void Close(BlockExecution block, Hash256 genesis)
    {
        var (time, uptimeMs) = (block.Time, block.UptimeMs);
        var executed = world.Seal(block);
        header = new BlockHeader(
            LedgerWorld.Network,
            0,
            executed.State.Height,
            executed.State.Height,
            genesis,
            time,
            uptimeMs,
            executed.StateRoot,
            executed.TransactionsRoot,
            executed.ReceiptsRoot,
            validators.Digest,
            validators.Digest);
    }

    private static Handover Hand(BlockHeader last, ValidatorSet from, PublicKey[] next)
    {
        var ending = last with { Validators = from.Digest, NextValidators = new ValidatorSet(next).Digest };
        return new Handover(ending, Certify(ending, from), next);
    }

    private Certificate Certify(BlockHeader block) => Certify(block, validators);

    private static Certificate Certify(BlockHeader block, ValidatorSet by)
    {
        var vote = new Vote(VoteKind.Finalize, block.Epoch, block.View, block.View - 1, block.Digest());
        var message = vote.SigningHash(LedgerWorld.Network);
        return new Certificate(
            vote, [0, 1, 2], [.. by.Keys.Take(3).Select(key => SecretOf(key).Sign(message))]);
    }

    private static PrivateKey SecretOf(PublicKey key) => LedgerWorld.Pairs.Concat(
        Enumerable.Range(200, 40).Select(LedgerWorld.Key)).First(pair => pair.PublicKey.Equals(key));
}
