using Busbar.Consensus;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node;
using Busbar.Node.Exchange;
using Busbar.Node.Hosting;
using Busbar.Node.Storage;
using Busbar.Proofs;

namespace Busbar.Tests.Node;

/// <summary>What a validator keeps of its peers: nothing of those whose links have ended.</summary>
public class PeerStateTests
{
    private readonly Genesis genesis = DevelopmentNetwork.CreateGenesis(3, 4, new UnixTime(1_800_000_000_000));

    [Fact]
    public void C63_what_comes_from_a_key_whose_links_have_ended_is_dropped()
    {
        var ports = new NoPorts();
        var validator = Create(ports);
        var peer = DevelopmentKeys.Validator(1).PublicKey;
        var status = new PeerInput.Status(new PeerMessage.Status(0, 40, 41, 1));
        Assert.Equal(1UL, validator.HeardWeight);
        validator.OnConnected(peer);
        Assert.Equal(1UL, validator.HeardWeight);
        validator.OnReceived(peer, status);
        Assert.Equal(2UL, validator.HeardWeight);

        validator.OnDisconnected(peer);
        Assert.Equal(1UL, validator.HeardWeight);
        validator.OnReceived(peer, status);
        Assert.Equal(1UL, validator.HeardWeight);
        var sent = ports.Sent;
        validator.OnReceived(peer, new PeerInput.HistoryRequest(1));
        Assert.Equal(sent, ports.Sent);
    }

    [Fact]
    public void C62_the_validator_that_takes_over_after_a_snapshot_keeps_the_links()
    {
        var old = Create(new NoPorts());
        var peer = DevelopmentKeys.Validator(1).PublicKey;
        old.OnConnected(peer);
        old.OnReceived(peer, new PeerInput.Status(new PeerMessage.Status(0, 40, 41, 1)));
        var next = Create(new NoPorts());
        next.TakeOver(old);
        Assert.Equal(2UL, next.HeardWeight);
    }

    private Validator Create(IValidatorPorts ports)
    {
        var state = LedgerState.FromGenesis(genesis);
        var validator = new Validator(
            new ValidatorOptions { Key = DevelopmentKeys.Validator(0), MayVote = true, Pace = new Pace() },
            ports,
            new PeerMessageReader(genesis.Network, new TransactionMemory(genesis.Network)),
            state,
            new FinalFloor(0, genesis.Digest()),
            [],
            []);
        validator.Start();
        return validator;
    }

    private sealed class NoPorts : IValidatorPorts
    {
        public int Sent { get; private set; }

        public UnixTime Now { get; } = new(1_800_000_000_500);

        public ulong OldestHeight => 1;

        public void SetTimer(ValidatorTimer timer, ulong delayMs)
        {
        }

        public bool Send(PublicKey to, PeerMessage message)
        {
            Sent++;
            return true;
        }

        public void Broadcast(PeerMessage message)
        {
        }

        public void Append(ulong sequence, JournalRecord record, byte[]? block, bool mustSync)
        {
        }

        public void Store(IReadOnlyList<FinalBlock> blocks)
        {
        }

        public void Forget(ulong epoch, ulong view)
        {
        }

        public StoredBlock? FindBlock(ulong height) => null;

        public void EnterEpoch(ulong epoch, ValidatorSet validators)
        {
        }

        public void FallBehind(PublicKey peer)
        {
        }

        public void Blame(PublicKey peer, string reason)
        {
        }

        public void Accuse(ulong epoch, Output.Evidence evidence)
        {
        }

        public void Alarm(string finding)
        {
        }
    }
}
