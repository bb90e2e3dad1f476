using Busbar.Ethereum;
using Busbar.Keys;
using Busbar.Simulation.Model;
using Busbar.Transactions;

namespace Busbar.Simulation.Fuzzing;

/// <summary>
/// Makes encoded transactions of changed operations, signed again by known keys, so that most of them reach the
/// ledger; in all three envelopes.
/// </summary>
internal sealed class TransactionMaker
{
    private const int MaxChanges = 3;
    private const int Attempts = 8;
    private const int MaxOperations = 4;
    private const int SelectorSizeBytes = 4;
    private const ulong ShortestAheadMs = 45_000;
    private const ulong AheadSpanMs = 45_000;

    private readonly FuzzWorld world;
    private readonly Mutator mutator;
    private readonly FuzzValues values;
    private readonly byte[][] operations;
    private readonly FuzzSample[] bare;
    private readonly IReadOnlyList<byte[]> calls;
    private readonly (Address Account, Address Signer)[] delegates;

    public TransactionMaker(FuzzWorld world, Mutator mutator, FuzzValues values)
    {
        this.world = world;
        this.mutator = mutator;
        this.values = values;
        operations = [.. world.Samples.Select(sample => sample.Encoded)];
        bare = [.. world.Samples.Where(sample => sample.Code == OperationCode.TransferWithAuthorization)];
        calls = world.Calls();
        delegates = [.. world.State.Mandates().Select(mandate => (mandate.Key.Account, mandate.Key.Signer))];
    }

    /// <summary>One of each kind of operation and of each envelope, none of them changed.</summary>
    public IReadOnlyList<byte[]> Unchanged()
    {
        var all = world.Samples.Select(sample => Sign(sample.Transaction)).ToList();
        var transfer = (Operation.TransferWithAuthorization)bare[0].Transaction.Operations[0];
        all.Add(new BareAuthorization(LedgerWorld.Network, transfer).Encode());
        all.Add(LedgerWorld.PayFor(transfer, 3, 1_000_000).Encode());
        all.Add(Sign(world.Samples[0].Transaction with { FeePayer = LedgerWorld.AddressOf(3) }));
        var nonce = world.State.EthereumNonceOf(LedgerWorld.Wallets[0].Address);
        for (var type = 0; type <= 2; type++)
        {
            all.Add(LedgerWorld.SignRaw(LedgerWorld.WriteRaw(nonce) with { Type = type }).Encode());
        }

        all.AddRange(calls.Select(call =>
            LedgerWorld.SignRaw(LedgerWorld.WriteCall(call, nonce), 0, TermsOf(call)).Encode()));
        return all;
    }

    /// <summary>A transaction, encoded.</summary>
    public byte[] Make(SimulatedRandom random)
    {
        var encoded = random.Below(16) switch
        {
            0 => MakeBare(random),
            1 => MakeEthereum(random),
            _ => MakeUsual(random),
        };
        return random.Below(40) == 0 ? mutator.Mutate(encoded, encoded, InputShape.Cbor, random) : encoded;
    }

    private static byte[] Sign(Transaction transaction)
    {
        var hash = transaction.SigningHash();
        Address?[] signers = [transaction.Signer, transaction.FeePayer];
        return new SignedTransaction(transaction, [.. signers.OfType<Address>().Select(signer =>
        {
            var key = OperationSigner.KeyOf(signer) ?? LedgerWorld.Pairs[0];
            return new SignatureProof(key.PublicKey, key.Sign(hash));
        })]).Encode();
    }

    private byte[] MakeUsual(SimulatedRandom random)
    {
        var sample = Pick(world.Samples, random);
        var changed = new List<Operation>();
        var count = random.Below(10) < 7 ? 1 : 1 + (int)random.Below(MaxOperations);
        for (var i = 0; i < count; i++)
        {
            var one = i == 0 ? sample : Pick(world.Samples, random);
            changed.Add(random.Below(8) == 0 ? one.Transaction.Operations[0] : Change(one, random));
        }

        var transaction = sample.Transaction with { Operations = changed, IntentId = NewIntent(random) };
        return Sign(ChangeEnvelope(transaction, random));
    }

    private Transaction ChangeEnvelope(Transaction transaction, SimulatedRandom random)
    {
        switch (random.Below(40))
        {
            case < 4 when delegates.Length > 0:
                var (account, signer) = Pick(delegates, random);
                return transaction with { Account = account, Signer = signer, FeePayer = null };
            case < 7:
                var other = LedgerWorld.AddressOf((int)random.Below((ulong)LedgerWorld.Pairs.Length));
                return transaction with { Account = other, Signer = other };
            case < 10:
                var payer = LedgerWorld.AddressOf((int)random.Below(5));
                return transaction with { FeePayer = payer == transaction.Account ? null : payer };
            case 10:
                return transaction with { FeeAsset = random.Chance(500) ? LedgerWorld.Euro : LedgerWorld.Huge };
            case 11:
                return transaction with { MaxFee = new Amount(values.Number(random)) };
            case 12:
                return transaction with { IntentId = Pick(world.Executed, random).IntentId };
            case 13:
                return Pick(world.Executed, random);
            case 14:
                var validUntil = new UnixTime(values.Number(random) >> 16);
                return transaction with { IntentId = IntentId.Create(validUntil, new byte[IntentId.NonceSizeBytes]) };
            case 15:
                return transaction with { Signer = LedgerWorld.Wallets[random.Below(3)].Address };
            case 16:
                var wallet = LedgerWorld.Wallets[random.Below(3)].Address;
                return transaction with { Account = wallet, Signer = wallet };
            default:
                return transaction;
        }
    }

    // The first of some changed encodings that still decodes, mostly with the signatures in it made right.
    private Operation Change(FuzzSample sample, SimulatedRandom random)
    {
        for (var left = Attempts; left > 0; left--)
        {
            var bytes = sample.Encoded;
            for (var changes = 1 + (int)random.Below(MaxChanges); changes > 0; changes--)
            {
                bytes = mutator.ChangeCbor(bytes, operations, random);
            }

            var reader = new CanonicalReader(bytes);
            var operation = Operation.Read(ref reader);
            if (reader.Finish() && operation is not null)
            {
                return random.Below(8) == 0 ? operation : OperationSigner.Sign(operation);
            }
        }

        return sample.Transaction.Operations[0];
    }

    private byte[] MakeBare(SimulatedRandom random)
    {
        var sample = Pick(bare, random);
        var operation = (random.Below(4) == 0 ? sample.Transaction.Operations[0] : Change(sample, random))
            as Operation.TransferWithAuthorization
            ?? (Operation.TransferWithAuthorization)sample.Transaction.Operations[0];
        var fee = random.Chance(500) ? 1_000_000 : values.Number(random);
        return (random.Below(3) == 0
            ? LedgerWorld.PayFor(operation, (int)random.Below(5), fee)
            : new BareAuthorization(LedgerWorld.Network, operation)).Encode();
    }

    private byte[] MakeEthereum(SimulatedRandom random)
    {
        var wallet = (int)random.Below(3);
        var nonce = world.State.EthereumNonceOf(LedgerWorld.Wallets[wallet].Address);
        nonce = random.Below(8) == 0 ? Math.Min(values.Number(random), RawTransaction.MaxNonce) : nonce;
        var call = Pick(calls, random);
        var raw = random.Chance(600)
            ? LedgerWorld.WriteCall(random.Chance(500) ? call : ChangeWord(call, random), nonce)
            : LedgerWorld.WriteRaw(nonce, random.Chance(500) ? random.Below(5_000) : values.Number(random) >> 32);
        raw = raw with { Type = (int)random.Below(3) };
        raw = random.Below(12) switch
        {
            0 => raw with { GasLimit = values.Number(random) },
            1 => raw with { GasPrice = Uint256.FromUInt128(values.Number(random)) },
            2 => raw with { To = new Address(values.String(random, Address.SizeBytes)) },
            3 => raw with { Value = Uint256.FromUInt128((UInt128)values.Number(random) * values.Number(random)) },
            4 => raw with { Network = new NetworkId(values.Number(random)) },
            _ => raw,
        };
        var bytes = raw.Encode(LedgerWorld.Wallets[wallet].SignRecoverable(raw.SigningHash()));
        var terms = random.Below(16) == 0 ? null : TermsOf(raw.Input.ToArray());
        var isRight = random.Below(16) > 0;
        EthereumTransaction.TryCreate(
            bytes, isRight ? LedgerWorld.Dollar : LedgerWorld.Euro, isRight ? 9 : 6, terms, out var transaction);
        return transaction!.Encode();
    }

    // The terms that a call needs whose selector it has; none for those without a signature inside.
    private WalletTerms? TermsOf(byte[] call)
    {
        var place = call.Length < SelectorSizeBytes
            ? -1
            : calls.TakeWhile(one => !one.AsSpan(0, SelectorSizeBytes).SequenceEqual(
                call.AsSpan(0, SelectorSizeBytes))).Count();
        var nonce = world.State.PermitNonceOf(LedgerWorld.Wallets[0].Address, LedgerWorld.Dollar);
        return place switch
        {
            FuzzWorld.PermitCall => new WalletTerms(LedgerWorld.DollarDomain, nonce),
            >= FuzzWorld.FirstSignedCall when place < calls.Count => new WalletTerms(LedgerWorld.DollarDomain, 0),
            _ => null,
        };
    }

    private byte[] ChangeWord(byte[] call, SimulatedRandom random)
    {
        var copy = call.ToArray();
        var words = (ulong)(copy.Length - SelectorSizeBytes) / AbiWords.WordSizeBytes;
        var at = SelectorSizeBytes + (AbiWords.WordSizeBytes * (int)random.Below(words));
        var word = random.Below(4) switch
        {
            0 => values.String(random, AbiWords.WordSizeBytes)!,
            1 => new AbiWords().Add(new Address(values.String(random, Address.SizeBytes))).ToArray(),
            2 => new AbiWords().Add(Uint256.MaxValue).ToArray(),
            _ => new AbiWords().Add(values.Number(random)).ToArray(),
        };
        word.CopyTo(copy, at);
        return copy;
    }

    private IntentId NewIntent(SimulatedRandom random)
    {
        var aheadMs = ShortestAheadMs + random.Below(AheadSpanMs);
        var nonce = new byte[IntentId.NonceSizeBytes];
        BitConverter.TryWriteBytes(nonce, random.Next());
        return IntentId.Create(new UnixTime(world.State.Time.Ms + aheadMs), nonce);
    }

    private static T Pick<T>(IReadOnlyList<T> list, SimulatedRandom random) =>
        list[(int)random.Below((ulong)list.Count)];
}
