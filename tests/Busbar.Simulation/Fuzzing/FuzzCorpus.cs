using Busbar.Consensus;
using Busbar.Ethereum;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node.Exchange;
using Busbar.Node.Storage;
using Busbar.Proofs;
using Busbar.Simulation.Model;
using Busbar.Ticks;
using Busbar.Transactions;

namespace Busbar.Simulation.Fuzzing;

/// <summary>Valid encodings of everything that comes from outside, made by the code that writes them.</summary>
internal sealed class FuzzCorpus
{
    private static readonly int[] Signers = [0, 1, 3];
    private static readonly byte[] AbsentChannel = [1];
    private static readonly ValidatorSet Validators = new(LedgerWorld.ValidatorKeys(4));

    private readonly FuzzWorld world;
    private readonly ExecutedBlock executed;
    private readonly byte[][] inBlock;
    private readonly FuzzTraffic traffic = new();

    public FuzzCorpus(FuzzWorld world)
    {
        this.world = world;
        var block = world.State.Begin(world.Time, world.State.UptimeAt(world.Time));
        inBlock =
        [
            .. world.Samples.Take(12).Select(sample => LedgerWorld.SignAll(sample.Transaction))
                .Where(signed => block.Apply(LedgerWorld.Check(signed), out _) == InclusionStatus.Included)
                .Select(signed => signed.Encode()),
        ];
        executed = block.Seal();
        Header = new BlockHeader(
            LedgerWorld.Network,
            0,
            executed.State.Height,
            executed.State.Height,
            world.State.Genesis.Digest(),
            executed.State.Time,
            executed.State.UptimeMs,
            executed.StateRoot,
            executed.TransactionsRoot,
            executed.ReceiptsRoot,
            Validators.Digest,
            Validators.Digest);
    }

    public BlockHeader Header { get; }

    public IEnumerable<byte[]> Operations => world.Samples.Select(sample => sample.Encoded);

    public IEnumerable<byte[]> Receipts =>
        world.Receipts.Concat(executed.Receipts).Append(Failed()).Select(receipt => FuzzSources.Encode(receipt.Write));

    public IEnumerable<byte[]> Headers => [FuzzSources.Encode(Header.Write)];

    public Certificate Certificate => Certify(Header, VoteKind.Finalize);

    public IEnumerable<byte[]> Certificates =>
    [
        FuzzSources.Encode(Certificate.Write),
        FuzzSources.Encode(Certify(Header, VoteKind.Nullify).Write),
    ];

    public IEnumerable<byte[]> Blocks =>
    [
        new StoredBlock(Header, Certificate, inBlock, executed.Receipts).Encode(),
        new StoredBlock(Header, null, inBlock, []).Encode(),
        .. traffic.Blocks.Select(block => block.Encode()),
    ];

    public static IEnumerable<byte[]> Geneses =>
        [LedgerWorld.Genesis().Encode(), LedgerWorld.Genesis(validators: LedgerWorld.ValidatorKeys(1)).Encode()];

    public static IEnumerable<SignedVote> Votes => Enum.GetValues<VoteKind>().Except([VoteKind.Unset]).Select(Sign);

    public IEnumerable<byte[]> Messages =>
    [
        .. Votes.Select(vote => new Message.VoteCast(1, vote).Encode()),
        new Message.Proposal(Votes.First()).Encode(),
        new Message.CertificateSeen(Certificate).Encode(),
        new Message.Request(3, 9).Encode(),
        .. traffic.Messages.Select(message => message.Encode()),
    ];

    public IEnumerable<byte[]> JournalRecords =>
    [
        .. Votes.Select(vote => new JournalRecord.OwnVote(vote).Encode()),
        new JournalRecord.Held(Certificate).Encode(),
        new JournalRecord.Verdict(Votes.First().Vote, true).Encode(),
        new JournalRecord.Verdict(Votes.First().Vote, false).Encode(),
        .. traffic.JournalRecords.Select(record => record.Encode()),
    ];

    public IEnumerable<byte[]> PeerMessages =>
    [
        new PeerMessage.Consensus(Messages.First(), Blocks.First()).Encode(),
        new PeerMessage.Transactions(inBlock).Encode(),
        new PeerMessage.Status(0, 7, 9, 1).Encode(),
        new PeerMessage.BlockRequest(Header.Digest()).Encode(),
        new PeerMessage.BlockAnswer(Blocks.First()).Encode(),
        new PeerMessage.HistoryRequest(3).Encode(),
        new PeerMessage.HistoryAnswer([.. Blocks.Take(2)]).Encode(),
        .. traffic.PeerMessages,
    ];

    public IEnumerable<byte[]> Handovers =>
        [FuzzSources.Encode(new Handover(Header, Certificate, LedgerWorld.ValidatorKeys(3)).Write)];

    public IEnumerable<byte[]> Statements => States().Select(statement => FuzzSources.Encode(statement.Write));

    public IEnumerable<byte[]> Proofs =>
    [
        .. States().Select(statement => new LedgerProof([], [Header], Certificate, statement).Encode()),
        new LedgerProof(
            [new Handover(Header, Certificate, LedgerWorld.ValidatorKeys(3))],
            [Header, Header],
            Certificate,
            States().First()).Encode(),
    ];

    public IEnumerable<byte[]> StateKeys => executed.State.Entries().Select(entry => entry.Key);

    public IEnumerable<Claim> Claims =>
    [
        .. world.Samples.Select(sample => sample.Transaction.Operations[0]).OfType<Operation.ClaimChannels>()
            .SelectMany(operation => operation.Claims),
        new Claim(Ticks.Voucher, null, Ticks.TickAt(5), Ticks.PathOf(Ticks.TickAt(5).Chain)),
    ];

    public TickGenerator Ticks { get; } = TickGenerator.Create(
        LedgerWorld.Network, new ChannelId(Hash256.Sha256("channel"u8)), 1, new Amount(50), new Amount(3), 4, 8,
        new byte[32]);

    public IEnumerable<byte[]> RawTransactions => Enumerable.Range(0, 3).SelectMany(type => world.Calls().Append([]))
        .Select((call, place) =>
        {
            var raw = LedgerWorld.WriteCall(call) with { Type = place % 3 };
            return raw.Encode(LedgerWorld.Wallets[0].SignRecoverable(raw.SigningHash()));
        });

    public IReadOnlyList<byte[]> Calls => world.Calls();

    private static SignedVote Sign(VoteKind kind)
    {
        var vote = kind == VoteKind.Nullify
            ? new Vote(kind, 0, 5, 0, Hash256.Zero)
            : new Vote(kind, 0, 5, 4, Hash256.Sha256("block"u8));
        return new SignedVote(vote, LedgerWorld.Pairs[0].Sign(vote.SigningHash(LedgerWorld.Network)));
    }

    private static Certificate Certify(BlockHeader header, VoteKind kind)
    {
        var vote = kind == VoteKind.Nullify
            ? new Vote(kind, header.Epoch, header.View, 0, Hash256.Zero)
            : new Vote(kind, header.Epoch, header.View, header.View - 1, header.Digest());
        var hash = vote.SigningHash(LedgerWorld.Network);
        return new Certificate(vote, Signers, [.. Signers.Select(key => LedgerWorld.Pairs[key].Sign(hash))]);
    }

    private Receipt Failed() =>
        world.Receipts[0] with { Status = TransactionStatus.AmountIsZero, FailedOperation = 0, Claims = [] };

    private IEnumerable<Statement> States()
    {
        var state = executed.State;
        var receipts = executed.Receipts.Select(receipt => MerkleList.HashItem(FuzzSources.Encode(receipt.Write)));
        var transactions = inBlock.Select(encoded => MerkleList.HashItem(encoded));
        return state.Entries().GroupBy(entry => entry.Key[0]).Select(kind => state.Prove(kind.First().Key)!)
            .Append(state.Prove(StateKey.OfChannel(new ChannelId(Hash256.Sha256(AbsentChannel))))!)
            .Append(new Statement.Executed(executed.Receipts[0], ListProof.Of([.. receipts], 0)))
            .Append(new Statement.Included(inBlock[0], ListProof.Of([.. transactions], 0)));
    }
}
