using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Transactions;

namespace Busbar.Tests.Ledger;

// What a walk does with assets, streams and escrows.
internal sealed partial class LedgerWalk
{
    private const int ObjectKinds = 29;
    private const int Unopened = 6;
    private static readonly UInt128[] Rates =
        [0, 1, 333_333, 1_000_000, 9_000_001, 70_000_001, 1_000_000_000, UInt128.MaxValue];

    private static readonly ulong[] RefundsAheadMs =
        [0, 1, 1_000, 4_000, 9_000, 30_000, 90_000, EscrowRules.MaxRefundAheadMs, EscrowRules.MaxRefundAheadMs + 1];

    private readonly List<Address> created = [];
    private readonly List<StreamId> streams = [];
    private readonly List<EscrowId> escrows = [];

    // Two of five operations, by a part of the number that no other choice looks at.
    private static bool IsObjectStep(int kind) => kind / 17 % 5 < 2;

    private static int ObjectKindOf(int kind) => kind / 85 % ObjectKinds;

    // Mostly whoever may do what the step does.
    private int? ObjectActorOf(WalkStep step)
    {
        if (step.B % 7 == 0)
        {
            return null;
        }

        var asset = world.State.FindAsset(PickAsset(step));
        var stream = world.State.FindStream(PickStream(step));
        var escrow = world.State.FindEscrow(PickEscrow(step));
        Address? actor = ObjectKindOf(step.Kind / 5) switch
        {
            0 when step.A % 3 == 0 => LedgerWorld.AddressOf(Unopened),
            5 or 6 or 23 or 24 when step.D % 2 == 0 && asset is not null =>
                FrozenIn(asset.Address),
            >= 2 and <= 9 => asset?.Issuer,
            14 or 28 => step.D % 5 < 2 ? null : step.D % 2 == 0 ? stream?.Payer : stream?.Payee,
            22 or 27 => step.D % 5 == 0 ? null : step.D % 5 == 1 ? escrow?.Payee : escrow?.Payer,
            _ => null,
        };
        return actor is { } address && LedgerWorld.KeyOf(address) is >= 0 and var key ? key : null;
    }

    private Operation ComposeObject(Transaction transaction, int index, WalkStep step)
    {
        var to = RecipientOf(step);
        var asset = PickAsset(step);
        var amount = step.D % 13 == 0 ? Amount.Zero : SizeOf(step);
        return ObjectKindOf(step.Kind) switch
        {
            0 or 1 => ComposeCreate(transaction, index, step),
            2 or 3 => new Operation.Mint(asset, to, amount),
            5 or 6 => new Operation.Burn(asset, amount),
            4 or 7 or 8 => new Operation.Freeze(asset, step.D % 2 == 0 ? FrozenIn(asset) ?? to : to),
            9 => new Operation.Unfreeze(asset, step.D % 4 != 0 ? FrozenIn(asset) ?? to : to),
            10 or 11 or 12 => ComposeStart(transaction, index, step),
            13 => new Operation.TopUpStream(PickStream(step), amount),
            14 or 28 => new Operation.StopStream(PickStream(step)),
            15 or 16 => new Operation.WithdrawStream(PickStream(step)),
            17 or 18 or 19 => ComposeLock(transaction, index, step),
            20 or 21 or 26 => ComposeRelease(step),
            22 or 27 => new Operation.RefundEscrow(PickEscrow(step)),
            23 or 24 => new Operation.Transfer(asset, to, amount, Hash256.Zero),
            _ => ComposeOpen(transaction, index, step) with { Asset = asset, FirstVoucher = null },
        };
    }

    /// <summary>Pays to the address that the asset of the next operation would have.</summary>
    private Operation[] ComposeSquat(Transaction transaction, WalkStep step)
    {
        var create = ComposeCreate(transaction, 1, step);
        var address = (transaction with { Operations = [create, create] }).AssetAddressAt(1);
        return [new Operation.Transfer(LedgerWorld.Dollar, address, new Amount(1), Hash256.Zero), create];
    }

    private Operation.CreateAsset ComposeCreate(Transaction transaction, int index, WalkStep step)
    {
        var supply = (step.C % 5) switch { 0 => Amount.Zero, 1 => Amount.MaxValue, _ => new Amount(5_000) };
        var create = new Operation.CreateAsset("Made", "MADE", "1", step.A % 19, supply, step.D % 4 != 0);
        var operations = Enumerable.Repeat<Operation>(create, index + 1).ToArray();
        created.Add((transaction with { Operations = operations }).AssetAddressAt(index));
        return create;
    }

    private Operation.StartStream ComposeStart(Transaction transaction, int index, WalkStep step)
    {
        var start = new Operation.StartStream(
            RecipientOf(step),
            PickAsset(step),
            step.D % 13 == 0 ? Amount.Zero : SizeOf(step),
            new Amount(Rates[step.B % Rates.Length]));
        var operations = Enumerable.Repeat<Operation>(start, index + 1).ToArray();
        streams.Add((transaction with { Operations = operations }).StreamIdAt(index));
        return start;
    }

    private Operation.LockEscrow ComposeLock(Transaction transaction, int index, WalkStep step)
    {
        var bits = 1 + step.C % 63;
        Address[] attestors = [.. Enumerable.Range(0, 6).Where(key => (bits >> key & 1) == 1)
            .Select(LedgerWorld.AddressOf).Order()];
        var set = step.A % 3 == 0 ? null : new AttestorSet(1 + step.D % attestors.Length, attestors);
        Hash256? hashLock = set is null || step.A % 3 == 1 ? Hash256.Sha256(PreimageOf(step.D % 3).ToArray()) : null;
        var escrow = new Operation.LockEscrow(
            RecipientOf(step),
            PickAsset(step),
            step.D % 13 == 0 ? Amount.Zero : SizeOf(step),
            new UnixTime(block.Time.Ms + RefundsAheadMs[step.B % RefundsAheadMs.Length]),
            new EscrowConditions(hashLock, set));
        var operations = Enumerable.Repeat<Operation>(escrow, index + 1).ToArray();
        escrows.Add((transaction with { Operations = operations }).EscrowIdAt(index));
        return escrow;
    }

    // Mostly what the escrow asks for, and then something that does not count beside it or in its place.
    private Operation.ReleaseEscrow ComposeRelease(WalkStep step)
    {
        var id = PickEscrow(step);
        var conditions = world.State.FindEscrow(id)?.Conditions;
        var right = Enumerable.Range(0, 3).Select(PreimageOf)
            .FirstOrDefault(preimage => Hash256.Sha256(preimage.ToArray()) == conditions?.HashLock);
        Hash256? preimage = (step.D % 5) switch { 0 => null, 1 => PreimageOf(step.A % 3), _ => right };
        var keys = (conditions?.Attestors?.Addresses ?? []).Select(LedgerWorld.KeyOf)
            .Take((conditions?.Attestors?.Threshold ?? 1) - (step.A % 2 == 0 ? 1 : 0)).ToList();
        var hash = EscrowAttestation.ReleaseHash(LedgerWorld.Network, id);
        var proofs = keys.Select(key => Attest(key, hash)).ToList();
        if (step.C % 3 == 0 && proofs.Count > 0)
        {
            proofs.Add(proofs[0]);
        }

        if (step.C % 4 == 0)
        {
            proofs.Add(Attest(step.D % 6, Hash256.Zero));
        }

        if (step.C % 5 == 0)
        {
            proofs.Insert(0, Attest(Unopened, hash));
        }

        return new Operation.ReleaseEscrow(id, preimage, proofs);
    }

    private static SignatureProof Attest(int key, Hash256 hash) =>
        new(LedgerWorld.Pairs[key].PublicKey, LedgerWorld.Pairs[key].Sign(hash));

    private static Hash256 PreimageOf(int number) => Hash256.Sha256([(byte)number, 77]);

    private static Address RecipientOf(WalkStep step) => (step.C % 17) switch
    {
        0 => Address.Zero,
        1 when step.B % 2 == 0 => LedgerWorld.Dollar,
        2 => LedgerWorld.Named((byte)(step.B % 256)),
        _ => LedgerWorld.AddressOf(step.C % 6),
    };

    private Address? FrozenIn(Address asset) =>
        world.State.FrozenBalances().Where(frozen => frozen.Asset == asset)
            .Select(frozen => (Address?)frozen.Account)
            .FirstOrDefault();

    private Address PickAsset(WalkStep step) => (step.A % 7) switch
    {
        0 or 1 => LedgerWorld.Dollar,
        2 when step.C % 3 == 0 => LedgerWorld.NoAsset,
        _ => Pick(
            [.. created.Where(asset => world.State.FindAsset(asset) is not null).Take(3)],
            _ => true,
            step with { A = step.A / 7 }) is var asset && asset == default ? LedgerWorld.Euro : asset,
    };

    private StreamId PickStream(WalkStep step) =>
        Pick(streams, id => world.State.FindStream(id) is not null, step);

    private EscrowId PickEscrow(WalkStep step) =>
        Pick(escrows, id => world.State.FindEscrow(id) is not null, step);

    private static T Pick<T>(List<T> all, Func<T, bool> lives, WalkStep step)
        where T : struct
    {
        var living = all.Where(lives).TakeLast(6).ToArray();
        var from = living.Length > 0 && step.C % 6 != 0 ? living : [.. all.TakeLast(6)];
        return from.Length == 0 ? default : from[step.A % from.Length];
    }

    private void CompareObjects()
    {
        var state = world.State;
        Assert.Equal(
            naive.AssetsAsText(),
            state.Assets().Where(asset => asset.Issuer is not null)
                .Select(asset => $"{asset.Address} {asset.Supply} {asset.Issuer} {asset.Freezable}")
                .Concat(state.FrozenBalances().Select(key => $"{key.Account}{key.Asset}"))
                .Order(StringComparer.Ordinal));
        Assert.Equal(
            naive.StreamsAsText(),
            state.Streams().Select(stream => $"{stream.Id} {stream.Deposit} {stream.Withdrawn} {stream.Started}")
                .Order(StringComparer.Ordinal));
        Assert.Equal(
            naive.EscrowsAsText(),
            state.Escrows().Select(escrow => $"{escrow.Id} {escrow.Payee} {escrow.Amount} {escrow.RefundTime}")
                .Order(StringComparer.Ordinal));
        foreach (var name in naive.Created)
        {
            var asset = state.FindAsset(Address.Parse(name))!;
            Assert.Equal((System.Numerics.BigInteger)asset.Supply.Atomic, naive.Total(name));
            foreach (var account in Enumerable.Range(0, 6).Select(LedgerWorld.AddressOf))
            {
                Assert.Equal(
                    naive.Balance(account.ToString(), name),
                    (System.Numerics.BigInteger)state.BalanceOf(account, asset.Address).Atomic);
            }
        }
    }
}
