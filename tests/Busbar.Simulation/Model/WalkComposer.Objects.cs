using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Transactions;

namespace Busbar.Simulation.Model;

internal sealed partial class WalkComposer
{
    private const int Unopened = 6;
    private static readonly OperationCode[] OfObjects =
    [
        OperationCode.CreateAsset, OperationCode.CreateAsset, OperationCode.Mint, OperationCode.Mint,
        OperationCode.Burn, OperationCode.Burn, OperationCode.Freeze, OperationCode.Freeze, OperationCode.Freeze,
        OperationCode.Unfreeze, OperationCode.StartStream, OperationCode.StartStream, OperationCode.StartStream,
        OperationCode.TopUpStream, OperationCode.StopStream, OperationCode.StopStream, OperationCode.WithdrawStream,
        OperationCode.WithdrawStream, OperationCode.LockEscrow, OperationCode.LockEscrow, OperationCode.LockEscrow,
        OperationCode.ReleaseEscrow, OperationCode.ReleaseEscrow, OperationCode.ReleaseEscrow,
        OperationCode.RefundEscrow, OperationCode.RefundEscrow, OperationCode.Transfer, OperationCode.Transfer,
        OperationCode.OpenChannel,
    ];

    private static readonly UInt128[] Rates =
        [0, 1, 333_333, 1_000_000, 9_000_001, 70_000_001, 1_000_000_000, UInt128.MaxValue];

    private static readonly ulong[] RefundsAheadMs =
        [0, 1, 1_000, 4_000, 9_000, 30_000, 90_000, EscrowRules.MaxRefundAheadMs, EscrowRules.MaxRefundAheadMs + 1];

    private readonly List<Address> created = [];
    private readonly List<StreamId> streams = [];
    private readonly List<EscrowId> escrows = [];

    // Mostly whoever may do what the operation does.
    private Address? ObjectActorOf(OperationCode code, WalkStep step)
    {
        var asset = view.State.FindAsset(AssetFor(code, step));
        return code switch
        {
            OperationCode.CreateAsset => step.A % 6 == 0 ? LedgerWorld.AddressOf(Unopened) : null,
            OperationCode.Transfer or OperationCode.Burn when step.D % 2 == 0 && asset is not null =>
                FrozenIn(asset.Address),
            OperationCode.Mint or OperationCode.Burn or OperationCode.Freeze or OperationCode.Unfreeze => asset?.Issuer,
            OperationCode.StopStream => step.D % 5 < 2 ? null
                : step.D % 2 == 0 ? view.State.FindStream(PickStream(step))?.Payer
                : view.State.FindStream(PickStream(step))?.Payee,
            OperationCode.RefundEscrow => (step.D % 5) switch
            {
                0 => null,
                1 => view.State.FindEscrow(PickEscrow(step))?.Payee,
                _ => view.State.FindEscrow(PickEscrow(step))?.Payer,
            },
            _ => null,
        };
    }

    private Operation? ComposeObject(OperationCode code, Transaction transaction, int index, WalkStep step)
    {
        var to = RecipientOf(step);
        var asset = AssetFor(code, step);
        var amount = step.D % 13 == 0 ? Amount.Zero : SizeOf(step);
        return code switch
        {
            OperationCode.CreateAsset => ComposeCreate(transaction, index, step),
            OperationCode.Mint => new Operation.Mint(asset, to, amount),
            OperationCode.Burn => new Operation.Burn(asset, amount),
            OperationCode.Freeze => new Operation.Freeze(asset, step.D % 2 == 0 ? FrozenIn(asset) ?? to : to),
            OperationCode.Unfreeze => new Operation.Unfreeze(asset, step.D % 4 != 0 ? FrozenIn(asset) ?? to : to),
            OperationCode.StartStream => ComposeStart(transaction, index, step),
            OperationCode.TopUpStream => new Operation.TopUpStream(PickStream(step), amount),
            OperationCode.StopStream => new Operation.StopStream(PickStream(step)),
            OperationCode.WithdrawStream => new Operation.WithdrawStream(PickStream(step)),
            OperationCode.LockEscrow => ComposeLock(transaction, index, step),
            OperationCode.ReleaseEscrow => ComposeRelease(step),
            OperationCode.RefundEscrow => new Operation.RefundEscrow(PickEscrow(step)),
            _ => null,
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
            new UnixTime(view.Time.Ms + RefundsAheadMs[step.B % RefundsAheadMs.Length]),
            new EscrowConditions(hashLock, set));
        var operations = Enumerable.Repeat<Operation>(escrow, index + 1).ToArray();
        escrows.Add((transaction with { Operations = operations }).EscrowIdAt(index));
        return escrow;
    }

    // Mostly what the escrow asks for, and then something that does not count beside it or in its place.
    private Operation.ReleaseEscrow ComposeRelease(WalkStep step)
    {
        var id = PickEscrow(step);
        var conditions = view.State.FindEscrow(id)?.Conditions;
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
        view.State.FrozenBalances().Where(frozen => frozen.Asset == asset)
            .Select(frozen => (Address?)frozen.Account)
            .FirstOrDefault();

    // Few balances are frozen: mostly the asset of one of them is what can be unfrozen.
    private Address AssetFor(OperationCode code, WalkStep step) =>
        code == OperationCode.Unfreeze && step.D % 4 != 0
        && view.State.FrozenBalances().Select(frozen => (Address?)frozen.Asset).FirstOrDefault() is { } asset
            ? asset : PickAsset(step);

    private Address PickAsset(WalkStep step) => (step.A % 7) switch
    {
        0 or 1 => LedgerWorld.Dollar,
        2 when step.C % 3 == 0 => LedgerWorld.NoAsset,
        _ => Pick(
            [.. created.Where(asset => view.State.FindAsset(asset) is not null).Take(3)],
            _ => true,
            step with { A = step.A / 7 }) is var asset && asset == default ? LedgerWorld.Euro : asset,
    };

    private StreamId PickStream(WalkStep step) =>
        Pick(streams, id => view.State.FindStream(id) is not null, step);

    private EscrowId PickEscrow(WalkStep step) =>
        Pick(escrows, id => view.State.FindEscrow(id) is not null, step);

    private static T Pick<T>(List<T> all, Func<T, bool> lives, WalkStep step)
        where T : struct
    {
        var living = all.Where(lives).TakeLast(6).ToArray();
        var from = living.Length > 0 && step.C % 6 != 0 ? living : [.. all.TakeLast(6)];
        return from.Length == 0 ? default : from[step.A % from.Length];
    }
}
