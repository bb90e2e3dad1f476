using System.Collections.Concurrent;
using System.Numerics;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Ticks;
using Busbar.Transactions;

namespace Busbar.Tests.Ledger;

/// <summary>
/// Runs random transactions, honest and hostile, through the ledger and through the naive model side by side, and
/// compares them after every transaction.
/// </summary>
internal sealed partial class LedgerWalk : IWalkView
{
    // The naive tree is built from nothing each time, so it is not built for every block.
    private const int RootEvery = 5;
    private readonly ConcurrentDictionary<string, int> reached;
    private readonly LedgerWorld world;
    private readonly NaiveLedger naive;
    private readonly WalkComposer composer;
    private readonly List<LedgerState> unfolded = [];
    private BlockExecution block;

    public LedgerWalk(ConcurrentDictionary<string, int> reached, int validators)
    {
        this.reached = reached;
        composer = new WalkComposer(this);
        world = LedgerWorld.WithValidators(validators);
        naive = new NaiveLedger(
            LedgerWorld.Genesis().Balances.Select(balance => (
                balance.Account.ToString(), balance.Asset.ToString(), (BigInteger)balance.Amount.Atomic)),
            FeeAccount.Address.ToString(),
            world.State.Validators.Keys,
            NaiveRoom.Small);
        block = null!;
        NextBlock(1_000);
    }

    public LedgerState State => world.State;

    public UnixTime Time => block.Time;

    public ulong EthereumNonceOf(Address account) => block.EthereumNonceOf(account);

    public IntentId NewIntent(ulong aheadMs) => world.NewIntent(aheadMs);

    public void Take(WalkStep step)
    {
        if (world.State.ScheduledUpgrade is { } upgrade)
        {
            while (world.State.Height < upgrade.Height)
            {
                EndBlock();
                NextBlock(1);
            }

            Reach("ProtocolVersion");
        }

        if (step.A % 40 == 1 && world.State.WaitingPrices.Count > 0)
        {
            EndBlock();
            NextBlock(PriceRules.NoticeMs);
            Reach("PriceRaised");
        }

        if (step.Kind % 5 == 0)
        {
            EndBlock();
            NextBlock((step.A % 12) switch { 0 => 200_000UL, 1 => 1, 2 => 30_001, _ => 500 + (ulong)step.B % 3_000 });
        }

        if (WalkComposer.IsEnvelope(step))
        {
            TakeEnvelope(step);
            return;
        }

        var truths = new List<ClaimTruth[]>();
        var transaction = composer.Compose(step, truths);
        var status = block.Apply(LedgerWorld.Check(transaction), out var receipt);
        var expected = naive.Apply(transaction, transaction.SigningHash().ToString(), truths);
        var actual = status == InclusionStatus.Included ? StateAsText.Text(receipt!) : "Refused " + status;
        Assert.Equal(expected, actual);
        Count(status, receipt);
        CountDelegated(transaction, receipt);
        Compare();
        if (status == InclusionStatus.Included)
        {
            composer.Remember(transaction);
        }
    }

    public void EndBlock()
    {
        var result = world.Seal(block);
        if (world.State.Height % RootEvery == 0)
        {
            Assert.Equal(new Hash256(NaiveTrees.StateRoot(world.State.Entries())), result.StateRoot);
        }

        CompareObjects();
        if (world.State.EndsEpoch)
        {
            Reach("Epoch");
        }

        unfolded.Add(world.State);
        if (unfolded.Count > 3)
        {
            // What was final is folded now and then, with younger layers still on top of it.
            unfolded[1].Fold();
            unfolded.RemoveRange(0, 2);
        }
    }

    public void Finish()
    {
        EndBlock();
        var state = world.State;
        var loaded = LedgerState.Load(state.Genesis, state.Height, state.Time, state.UptimeMs, state.Entries());
        Assert.Equal(state.StateRoot, loaded.StateRoot);
        Assert.Equal(naive.GovernanceAsText(), WalkVotes.AsText(loaded));
    }

    private void NextBlock(ulong stepMs)
    {
        if (unfolded.Count == 0)
        {
            unfolded.Add(world.State);
        }

        block = world.Begin(
            stepMs, new BlockRoom(NaiveRoom.Small.Capacity, NaiveRoom.Small.Ordinary, NaiveRoom.Small.Share));
        naive.NextBlock(block.Time.Ms);
        naive.Uptime += Math.Min(stepMs, 30_000);
        Assert.Equal(naive.Uptime, block.UptimeMs);
    }

    private void Compare()
    {
        string[] assets = [LedgerWorld.Dollar.ToString(), LedgerWorld.Euro.ToString(), LedgerWorld.Huge.ToString()];
        foreach (var asset in assets)
        {
            var parsed = Address.Parse(asset);
            var held = BigInteger.Zero;
            foreach (var account in Enumerable.Range(0, 6).Select(LedgerWorld.AddressOf)
                .Concat(LedgerWorld.Wallets.Select(wallet => wallet.Address))
                .Append(FeeAccount.Address))
            {
                var balance = (BigInteger)block.BalanceOf(account, parsed).Atomic;
                Assert.Equal(naive.Balance(account.ToString(), asset), balance);
                held += balance;
            }

            // Conservation after every transaction: the model agrees on each place, and its total is the supply.
            Assert.True(held <= naive.Total(asset));
            Assert.Equal((BigInteger)world.State.FindAsset(parsed)!.Supply.Atomic, naive.Total(asset));
        }
    }

    private void Count(InclusionStatus inclusion, Receipt? receipt)
    {
        Reach(nameof(InclusionStatus) + "." + inclusion);
        if (receipt is not null)
        {
            Reach(nameof(TransactionStatus) + "." + receipt.Status);
            foreach (var claim in receipt.Claims)
            {
                Reach(nameof(ClaimStatus) + "." + claim.Status);
            }
        }
    }

    private void Reach(string name) => reached.AddOrUpdate(name, 1, (_, count) => count + 1);
}
