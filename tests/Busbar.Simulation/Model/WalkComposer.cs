using System.Numerics;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Ticks;
using Busbar.Transactions;

namespace Busbar.Simulation.Model;

/// <summary>
/// Composes random transactions, honest and hostile, mostly about objects that exist and by whoever may do what they
/// do. The same steps on the same states compose the same transactions.
/// </summary>
internal sealed partial class WalkComposer(IWalkView view)
{
    private static readonly OperationCode[] Usual =
    [
        OperationCode.Transfer, OperationCode.Transfer, OperationCode.OpenChannel, OperationCode.OpenChannel,
        OperationCode.TopUpChannel, OperationCode.TopUpChannel, OperationCode.CloseChannel,
        OperationCode.RequestChannelClose, OperationCode.WithdrawChannel, OperationCode.ClaimChannels,
        OperationCode.ClaimChannels, OperationCode.ClaimChannels, OperationCode.ClaimChannels,
        OperationCode.ClaimChannels, OperationCode.CastVote, OperationCode.CastVote, OperationCode.CastVote,
    ];

    private static readonly ulong[] Graces = [4_999, 5_000, 5_000, 5_000, 50_000, 50_001];
    private readonly List<(ChannelId Id, TickGenerator? Ticks)> channels = [];
    private readonly List<Transaction> executed = [];

    /// <summary>A transaction stands in a block: later ones may repeat it.</summary>
    public void Remember(Transaction transaction) => executed.Add(transaction);

    /// <summary>Any transaction.</summary>
    /// <param name="step">The random numbers.</param>
    /// <param name="truths">Gets what the composer knows of each operation's evidence, for the naive model.</param>
    public Transaction Compose(WalkStep step, List<ClaimTruth[]> truths) => Compose(step, truths, step.D % 23);

    /// <summary>One with nothing wrong but what its operations ask for.</summary>
    public Transaction ComposeHonest(WalkStep step, List<ClaimTruth[]> truths) => Compose(step, truths, 0);

    /// <summary>One with nothing wrong, of one operation of this kind.</summary>
    public Transaction ComposeOne(OperationCode code, WalkStep step, List<ClaimTruth[]> truths)
    {
        var truth = new List<ClaimTruth>();
        var transaction = Begin(ActorOf(code, step), step);
        var operation = ComposeOperation(code, transaction, 0, step, truth);
        truths.Add([.. truth]);
        return transaction with { Operations = [operation] };
    }

    private Transaction Compose(WalkStep step, List<ClaimTruth[]> truths, int hostile)
    {
        if (hostile is 1 or 2 && executed.Count > 0)
        {
            var old = executed[step.A % executed.Count];
            truths.AddRange(old.Operations.Select(_ => Array.Empty<ClaimTruth>()));
            return hostile == 1 ? old : old with { MaxFee = old.MaxFee + new Amount(1) };
        }

        var kind = step.Kind / 5;
        if (IsMandateStep(kind))
        {
            return ComposeDelegated(step, truths);
        }

        var key = ActorOf(CodeOf(kind), step);
        var transaction = Begin(key, step);
        var count = 1 + (step.C % 4 == 0 ? step.A % 3 : 0);
        var operations = new List<Operation>();
        for (var i = 0; i < count; i++)
        {
            var truth = new List<ClaimTruth>();
            operations.Add(ComposeOperation(CodeOf(kind + i), transaction, i, step with { A = step.A + i * 7 }, truth));
            truths.Add([.. truth]);
        }

        if (CodeOf(kind) == OperationCode.CreateAsset && step.A % 8 == 0)
        {
            operations = [.. ComposeSquat(transaction, step)];
            truths.Clear();
            truths.AddRange(Enumerable.Repeat(Array.Empty<ClaimTruth>(), 2));
        }

        transaction = transaction with { Operations = operations };
        return hostile switch
        {
            3 when step.A % 3 == 0 => transaction with { Network = new NetworkId(1) },
            4 => transaction with { IntentId = IntentId.Create(new UnixTime(view.Time.Ms - 1), new byte[10]) },
            5 => transaction with { IntentId = view.NewIntent(400_000) },
            6 => transaction with { Signer = LedgerWorld.AddressOf((key + 1) % 6) },
            7 => transaction with { FeeAsset = LedgerWorld.Huge },
            8 => transaction with { MaxFee = new Amount(10_000) },
            9 or 10 => transaction with { FeePayer = LedgerWorld.AddressOf((key + 1) % 6) },
            _ => transaction,
        };
    }

    // A fifth of the operations is about x402 channels; of the others, two of five are about objects; a third of the
    // rest is about what wallets sign. Each choice looks at another part of the number.
    private static OperationCode CodeOf(int kind) =>
        kind / 2_465 % 5 == 1 ? OfX402[kind % OfX402.Length]
        : kind / 17 % 5 < 2 ? OfObjects[kind / 85 % OfObjects.Length]
        : kind / 17 % 3 == 0 ? OfWallets[kind % OfWallets.Length]
        : Usual[kind % Usual.Length];

    private Transaction Begin(int key, WalkStep step) => new(
        LedgerWorld.Network,
        LedgerWorld.AddressOf(key),
        LedgerWorld.AddressOf(key),
        view.NewIntent(30_000 + (ulong)step.C % 60_000),
        [],
        LedgerWorld.Dollar,
        new Amount(1_000_000_000),
        // Who has no account has no balance to pay a fee from.
        key == Unopened ? LedgerWorld.AddressOf(2 + step.A % 2) : null);

    // Mostly whoever may do what the operation does, so that objects get far enough to be interesting.
    private int ActorOf(OperationCode code, WalkStep step)
    {
        var anybody = step.B % 23 < 20 ? step.B % 4 : 4 + step.B % 2;
        if (step.B % 7 == 0)
        {
            return anybody;
        }

        return code switch
        {
            OperationCode.CastVote => WalkVotes.VoterOf(view.State, step),
            OperationCode.CloseChannel => KeyOf(view.State.FindChannel(Pick(step).Id)?.Payee),
            OperationCode.RequestChannelClose or OperationCode.WithdrawChannel =>
                KeyOf(view.State.FindChannel(Pick(step).Id)?.Payer),
            _ => KeyOf(ObjectActorOf(code, step) ?? X402ActorOf(code, step)),
        } ?? anybody;
    }

    private static int? KeyOf(Address? actor) =>
        actor is { } address && LedgerWorld.KeyOf(address) is >= 0 and var key ? key : null;

    private (ChannelId Id, TickGenerator? Ticks) Pick(WalkStep step)
    {
        var living = channels.Where(channel => view.State.FindChannel(channel.Id) is not null).TakeLast(6).ToArray();
        var from = living.Length > 0 && step.C % 6 != 0 ? living : [.. channels.TakeLast(6)];
        return from.Length == 0 || step.C % 31 == 0 ? (default, null) : from[step.A % from.Length];
    }

    private Operation ComposeOperation(
        OperationCode code, Transaction transaction, int index, WalkStep step, List<ClaimTruth> truth)
    {
        var channel = Pick(step).Id;
        return code switch
        {
            OperationCode.Transfer => ComposeTransfer(step),
            OperationCode.OpenChannel => ComposeOpen(transaction, index, step),
            OperationCode.TopUpChannel => new Operation.TopUpChannel(
                channel, (step.D % 9) switch { 0 => Amount.Zero, 1 => Amount.MaxValue, _ => SizeOf(step) }),
            OperationCode.CloseChannel => new Operation.CloseChannel(channel),
            OperationCode.RequestChannelClose => new Operation.RequestChannelClose(channel),
            OperationCode.WithdrawChannel => new Operation.WithdrawChannel(channel),
            OperationCode.GrantMandate => ComposeGrant(transaction, step),
            OperationCode.RevokeMandate => ComposeRevoke(transaction, step, [.. view.State.Mandates()]),
            OperationCode.CastVote => new Operation.CastVote(WalkVotes.Compose(view.State, step)),
            OperationCode.ClaimChannels =>
                LedgerWorld.Claims([.. Enumerable.Range(0, 1 + step.B % 3).Select(i => ComposeClaim(step, i, truth))]),
            _ => ComposeObject(code, transaction, index, step)
                ?? ComposeX402(code, step, truth)
                ?? ComposeOfWallets(code, transaction, step, truth),
        };
    }

    // Half of the time in any asset, of those that were created too.
    private Operation.Transfer ComposeTransfer(WalkStep step)
    {
        if (step.B % 2 == 0)
        {
            var size = step.D % 13 == 0 ? Amount.Zero : SizeOf(step);
            return new Operation.Transfer(PickAsset(step), RecipientOf(step), size, Hash256.Zero);
        }

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
            3 or 4 => PickAsset(step),
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
        var right = view.State.FindChannel(id) is not { } line ? 0 : LedgerWorld.KeyOf(line.VoucherKey.Address);
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
}
