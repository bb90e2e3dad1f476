using System.Collections.Concurrent;
using System.Numerics;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Ticks;
using Busbar.Transactions;

namespace Busbar.Tests.Ledger;

/// <summary>One random number tuple; a walk turns it into whatever the state makes interesting.</summary>
internal readonly record struct WalkStep(int Kind, int A, int B, int C, int D);

/// <summary>
/// Runs random transactions, honest and hostile, through the ledger and through the naive model side by side, and
/// compares them after every transaction.
/// </summary>
internal sealed partial class LedgerWalk
{
    // The naive tree is built from nothing each time, so it is not built for every block.
    private const int RootEvery = 5;
    private const int FirstVoteKind = 14;
    private static readonly ulong[] Graces = [4_999, 5_000, 5_000, 5_000, 50_000, 50_001];
    private readonly ConcurrentDictionary<string, int> reached;
    private readonly LedgerWorld world;
    private readonly NaiveLedger naive;
    private readonly List<(ChannelId Id, TickGenerator? Ticks)> channels = [];
    private readonly List<Transaction> executed = [];
    private readonly List<LedgerState> unfolded = [];
    private BlockExecution block;

    public LedgerWalk(ConcurrentDictionary<string, int> reached, int validators)
    {
        this.reached = reached;
        world = LedgerWorld.WithValidators(validators);
        naive = new NaiveLedger(
            LedgerWorld.Genesis().Balances.Select(balance => (
                balance.Account.ToString(), balance.Asset.ToString(), (BigInteger)balance.Amount.Atomic)),
            FeeAccount.Address.ToString(),
            world.State.Validators.Keys);
        block = null!;
        NextBlock(1_000);
    }

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

        if (IsEnvelope(step))
        {
            TakeEnvelope(step);
            return;
        }

        var truths = new List<ClaimTruth[]>();
        var transaction = Compose(step, truths);
        var status = block.Apply(LedgerWorld.Check(transaction), out var receipt);
        var expected = naive.Apply(transaction, transaction.SigningHash().ToString(), truths);
        var actual = status == InclusionStatus.Included ? Text(receipt!) : "Refused " + status;
        Assert.Equal(expected, actual);
        Count(status, receipt);
        Compare();
        if (status == InclusionStatus.Included)
        {
            executed.Add(transaction);
        }
    }

    public void EndBlock()
    {
        var result = world.Seal(block);
        if (world.State.Height % RootEvery == 0)
        {
            Assert.Equal(new Hash256(NaiveTrees.StateRoot(world.State.Entries())), result.StateRoot);
        }

        Assert.Equal(
            naive.ChannelsAsText(),
            world.State.Channels()
                .Select(line => $"{line.Id} {line.Deposit} {line.Claimed} {line.WithdrawableUptimeMs}")
                .Order(StringComparer.Ordinal));
        Assert.Equal(naive.GovernanceAsText(), WalkVotes.AsText(world.State));
        CompareObjects();
        CompareWallets();
        CompareX402();
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

        block = world.Begin(stepMs);
        naive.NextBlock(block.Time.Ms);
        naive.Uptime += Math.Min(stepMs, 30_000);
        Assert.Equal(naive.Uptime, block.UptimeMs);
    }

    private Transaction Compose(WalkStep step, List<ClaimTruth[]> truths)
    {
        var hostile = step.D % 23;
        if (hostile is 1 or 2 && executed.Count > 0)
        {
            var old = executed[step.A % executed.Count];
            truths.AddRange(old.Operations.Select(_ => Array.Empty<ClaimTruth>()));
            return hostile == 1 ? old : old with { MaxFee = old.MaxFee + new Amount(1) };
        }

        var key = ActorOf(step);
        var transaction = world.Write(key) with { IntentId = world.NewIntent(30_000 + (ulong)step.C % 60_000) };
        var count = 1 + (step.C % 4 == 0 ? step.A % 3 : 0);
        var operations = new List<Operation>();
        if (key == Unopened)
        {
            // It has no balance of its own to pay a fee from.
            transaction = transaction with { FeePayer = LedgerWorld.AddressOf(2 + step.A % 2) };
        }

        for (var i = 0; i < count; i++)
        {
            var truth = new List<ClaimTruth>();
            var own = step with { A = step.A + i * 7, Kind = step.Kind / 5 + i };
            operations.Add(ComposeOperation(transaction, i, own, truth));
            truths.Add([.. truth]);
        }

        if (!IsX402Step(step) && IsObjectStep(step.Kind / 5) && ObjectKindOf(step.Kind / 5) == 1 && step.A % 4 == 0)
        {
            operations = [.. ComposeSquat(transaction, step)];
            truths.AddRange(Enumerable.Repeat(Array.Empty<ClaimTruth>(), 2));
        }

        transaction = transaction with { Operations = operations };
        return hostile switch
        {
            3 when step.A % 3 == 0 => transaction with { Network = new NetworkId(1) },
            4 => transaction with { IntentId = IntentId.Create(new UnixTime(block.Time.Ms - 1), new byte[10]) },
            5 => transaction with { IntentId = world.NewIntent(400_000) },
            6 => transaction with { Signer = LedgerWorld.AddressOf((key + 1) % 6) },
            7 => transaction with { FeeAsset = LedgerWorld.Huge },
            8 => transaction with { MaxFee = new Amount(10_000) },
            9 or 10 => transaction with { FeePayer = LedgerWorld.AddressOf((key + 1) % 6) },
            _ => transaction,
        };
    }

    // Mostly whoever may do what the step does, so that channels get far enough to be interesting.
    private int ActorOf(WalkStep step)
    {
        var anybody = step.B % 23 < 20 ? step.B % 4 : 4 + step.B % 2;
        if (IsX402Step(step))
        {
            return X402ActorOf(step) ?? anybody;
        }

        if (IsObjectStep(step.Kind / 5))
        {
            return ObjectActorOf(step) ?? anybody;
        }

        if (step.Kind / 5 % 17 >= FirstVoteKind && step.B % 7 != 0)
        {
            return WalkVotes.VoterOf(world.State, step) ?? anybody;
        }

        if (step.B % 7 == 0 || world.State.FindChannel(Pick(step).Id) is not { } line)
        {
            return anybody;
        }

        return (step.Kind / 5 % 17) switch
        {
            6 => LedgerWorld.KeyOf(line.Payee),
            7 or 8 => LedgerWorld.KeyOf(line.Payer),
            _ => anybody,
        };
    }

    private (ChannelId Id, TickGenerator? Ticks) Pick(WalkStep step)
    {
        var living = channels.Where(channel => world.State.FindChannel(channel.Id) is not null).TakeLast(6).ToArray();
        var from = living.Length > 0 && step.C % 6 != 0 ? living : [.. channels.TakeLast(6)];
        return from.Length == 0 || step.C % 31 == 0 ? (default, null) : from[step.A % from.Length];
    }

    private Operation ComposeOperation(Transaction transaction, int index, WalkStep step, List<ClaimTruth> truth)
    {
        if (IsX402Step(step))
        {
            return ComposeX402(step, truth);
        }

        if (IsObjectStep(step.Kind))
        {
            return ComposeObject(transaction, index, step);
        }

        if (IsOfWallets(step))
        {
            return ComposeOfWallets(transaction, step, truth);
        }

        var channel = Pick(step).Id;
        return (step.Kind % 17) switch
        {
            0 or 1 => ComposeTransfer(step),
            2 or 3 => ComposeOpen(transaction, index, step),
            4 or 5 => new Operation.TopUpChannel(
                channel, (step.D % 9) switch { 0 => Amount.Zero, 1 => Amount.MaxValue, _ => SizeOf(step) }),
            6 => new Operation.CloseChannel(channel),
            7 => new Operation.RequestChannelClose(channel),
            8 => new Operation.WithdrawChannel(channel),
            >= FirstVoteKind => new Operation.CastVote(WalkVotes.Compose(world.State, step)),
            _ => LedgerWorld.Claims([.. Enumerable.Range(0, 1 + step.B % 3).Select(i => ComposeClaim(step, i, truth))]),
        };
    }

    private static Operation.Transfer ComposeTransfer(WalkStep step)
    {
        var asset = (step.A % 9) switch { 0 => LedgerWorld.NoAsset, 1 => LedgerWorld.Huge, _ => LedgerWorld.Dollar };
        var to = (step.C % 11) switch
        {
            0 => Address.Zero,
            1 => FeeAccount.Address,
            2 => LedgerWorld.Dollar,
            3 => LedgerWorld.Named((byte)(step.B % 256)),
            _ => LedgerWorld.AddressOf(step.C % 6),
        };
        return new Operation.Transfer(asset, to, step.D % 13 == 0 ? Amount.Zero : SizeOf(step), Hash256.Zero);
    }

    private Operation.OpenChannel ComposeOpen(Transaction transaction, int index, WalkStep step)
    {
        var id = transaction.ChannelIdAt(index);
        var ticks = TickGenerator.Create(
            LedgerWorld.Network, id, 1, new Amount((ulong)step.B % 100), new Amount(3), 2, 4, new byte[32]);
        channels.Add((id, ticks));
        var payee = (step.C % 9) switch
        {
            0 => LedgerWorld.Dollar,
            1 => transaction.Account,
            _ => LedgerWorld.AddressOf(step.C % 6),
        };
        var asset = (step.D % 11) switch
        {
            0 => LedgerWorld.NoAsset,
            1 or 2 => LedgerWorld.Huge,
            _ => LedgerWorld.Dollar,
        };
        var first = (step.A % 4) switch { 0 => null, 1 => LedgerWorld.VoucherOf(default, 1), _ => ticks.Voucher };
        return new Operation.OpenChannel(
            payee,
            LedgerWorld.Pairs[step.A % 6].PublicKey,
            asset,
            step.D % 17 == 0 ? Amount.Zero : SizeOf(step),
            Graces[step.B % Graces.Length],
            first);
    }

    // The signing key is guessed among the six, so that a fair part of the claims is by the right one.
    private Claim ComposeClaim(WalkStep step, int entry, List<ClaimTruth> truth)
    {
        var (id, ticks) = Pick(step with { A = step.A + entry });
        var right = world.State.FindChannel(id) is not { } line ? 0 : LedgerWorld.KeyOf(line.VoucherKey.Address);
        var key = step.C % 8 == 0 ? step.D % 6 : right;
        UInt128 value = (step.D % 5) switch { 0 => 0, 1 => UInt128.MaxValue, _ => (UInt128)(step.C % 3_000) };
        var voucher = LedgerWorld.VoucherOf(id, value);
        if ((step.C + entry) % 17 == 0)
        {
            voucher = voucher with { Network = new NetworkId(2) };
        }

        switch ((step.C + step.D + entry) % 8)
        {
            case 0:
                truth.Add(new ClaimTruth("", (BigInteger)value, false, -1));
                return new Claim(voucher, null, null, []);
            case 1:
                truth.Add(new ClaimTruth("SignatureInvalid", 0, true, key));
                return LedgerWorld.ClaimOf(voucher, key) with { Voucher = voucher with { Epoch = 77 } };
            case 2 or 3 when ticks is not null:
                var number = 1 + step.D % 8;
                var good = new Claim(
                    ticks.Voucher, null, ticks.TickAt(number), ticks.PathOf(ticks.TickAt(number).Chain));
                truth.Add(new ClaimTruth("", ticks.Voucher.Base.Atomic + (BigInteger)(3 * number), false, -1));
                return good;
            case 4 when ticks is not null:
                truth.Add(new ClaimTruth("TickInvalid", 0, false, -1));
                return new Claim(ticks.Voucher, null, ticks.TickAt(1) with { Token = TickHash.Zero }, ticks.PathOf(0));
            case 5:
                voucher = voucher with { Base = Amount.MaxValue, TickValue = new Amount(1) };
                truth.Add(new ClaimTruth("ValueOverflow", 0, true, key));
                return LedgerWorld.ClaimOf(voucher, key) with { Tick = new Tick(1, 0, 1, TickHash.Zero) };
            default:
                truth.Add(new ClaimTruth("", (BigInteger)value, true, key));
                return LedgerWorld.ClaimOf(voucher, key);
        }
    }

    private static Amount SizeOf(WalkStep step) => (step.B % 29) switch
    {
        0 => Amount.MaxValue,
        1 => new Amount(UInt128.MaxValue - 5_000),
        2 => new Amount(900_000_000),
        _ => new Amount((ulong)(1 + step.D % 1_500)),
    };

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

    private static string Text(Receipt receipt) =>
        $"{receipt.Status} {receipt.FailedOperation} {receipt.Fee} "
        + $"[{string.Join(",", receipt.Claims.Select(claim => $"{claim.Status}:{claim.Paid}"))}]";
}
