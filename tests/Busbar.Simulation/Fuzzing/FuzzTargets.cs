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

/// <summary>Everything that takes bytes or text from outside.</summary>
public static partial class FuzzTargets
{
    // Apply costs a hundred times what a small decoder does: about one input in twenty goes there.
    private const int ApplyWeight = 2;

    // Finding the signer of a raw Ethereum transaction takes so much, however long it is.
    private const long AllocatedByRecovery = 512 * 1024;

    private delegate T? Reading<T>(ref CanonicalReader reader);

    /// <summary>All targets, made anew; they share nothing that changes with those of another call.</summary>
    public static IReadOnlyList<FuzzTarget> Create()
    {
        var world = new FuzzWorld();
        return [.. OfTheLedger(world), .. OfNodes(new FuzzTraffic(), world), .. OfBuyersAndSellers(), .. OfTexts()];
    }

    private static IEnumerable<FuzzTarget> OfTheLedger(FuzzWorld world)
    {
        var state = world.State;
        yield return new ApplyTarget(world, ApplyWeight);
        yield return new DecoderTarget(
            "transaction",
            world.Transactions,
            bytes => SignedTransaction.TryDecode(bytes, out var signed) == DecodeError.Unset
                ? signed!.Value.Encode()
                : null,
            weight: 4,
            allocatedAlways: AllocatedByRecovery);
        yield return new DecoderTarget("raw-transaction", RawTransactions(), bytes =>
            RawTransaction.TryDecode(bytes, out var raw, out var signature) == DecodeError.Unset
                ? raw!.Encode(signature)
                : null);
        yield return new DecoderTarget(
            "receipt",
            [.. world.Receipts.Select(one => Written(one.Write))],
            By(Receipt.Read, (one, to) => one.Write(to)));
        yield return new DecoderTarget("genesis", [state.Genesis.Encode()], bytes =>
            Genesis.TryDecode(bytes, out var genesis) == DecodeError.Unset ? genesis!.Encode() : null);

        // A key that names an object or nothing is proved; whatever else it is, there is no proof.
        yield return new DecoderTarget("state-key", [.. state.Entries().Select(entry => entry.Key)], bytes =>
        {
            _ = StateKey.TryParseIntent(bytes, out _);
            return state.Prove(bytes) switch
            {
                Statement.Object found => found.Key,
                Statement.Intent found => found.Key,
                _ => null,
            };
        });
    }

    private static IEnumerable<FuzzTarget> OfNodes(FuzzTraffic traffic, FuzzWorld world)
    {
        yield return new DecoderTarget("peer-message", traffic.PeerMessages, bytes =>
            PeerMessage.TryDecode(bytes, out var message) == DecodeError.Unset ? message!.Encode() : null);
        yield return new DecoderTarget("message", [.. traffic.Messages.Select(one => one.Encode())], bytes =>
            Message.TryDecode(bytes, out var message) == DecodeError.Unset ? message!.Value.Encode() : null);
        yield return new DecoderTarget(
            "vote",
            [.. traffic.Votes.Select(one => one.Encode())],
            bytes => SignedVote.TryDecode(bytes)?.Encode());
        yield return new DecoderTarget(
            "journal-record", [.. traffic.JournalRecords.Select(one => one.Encode())], bytes =>
                JournalRecord.TryDecode(bytes, out var record) == DecodeError.Unset ? record!.Encode() : null);
        yield return new DecoderTarget("block", [.. traffic.Blocks.Select(one => one.Encode())], bytes =>
            StoredBlock.TryDecode(bytes, out var block) == DecodeError.Unset ? block!.Encode() : null);
        yield return new DecoderTarget(
            "header",
            [.. traffic.Blocks.Select(one => Written(one.Header.Write))],
            By(BlockHeader.Read, (one, to) => one.Write(to)));
        var certificates = traffic.Blocks.Select(one => one.Finalization).OfType<Certificate>().ToArray();
        yield return new DecoderTarget("certificate", [.. certificates.Select(one => Written(one.Write))], bytes =>
            Certificate.TryDecode(bytes, out var certificate) ? Written(certificate.Write) : null);
        var block = traffic.Blocks.First(one => one.Finalization is not null);
        Hash256[] leaves = [Hash256.Sha256([1]), Hash256.Sha256([2]), Hash256.Sha256([3])];
        var statements = world.State.Entries()
            .Select(entry => world.State.Prove(entry.Key))
            .OfType<Statement>()
            .Append(new Statement.Executed(world.Receipts[0], ListProof.Of(leaves, 1)))
            .Append(new Statement.Included(world.Transactions[0], ListProof.Of(leaves, 2)));
        var proofs = statements.Select(statement =>
            new LedgerProof([], [block.Header, block.Header], block.Finalization!, statement).Encode());
        yield return new DecoderTarget("proof", [.. proofs], bytes =>
            LedgerProof.TryDecode(bytes, out var proof) == DecodeError.Unset ? proof!.Encode() : null);
    }

    private static byte[][] RawTransactions()
    {
        var key = LedgerWorld.Wallets[0];
        return
        [
            .. Enumerable.Range(0, 6).Select(number =>
            {
                var raw = LedgerWorld.WriteRaw((ulong)number) with { Type = number % 3 };
                return raw.Encode(key.SignRecoverable(raw.SigningHash()));
            }),
        ];
    }

    private static byte[] Written(Action<CanonicalWriter> write)
    {
        var writer = new CanonicalWriter();
        write(writer);
        return writer.ToArray();
    }

    private static Func<byte[], byte[]?> By<T>(Reading<T> read, Action<T, CanonicalWriter> write)
        where T : class => bytes =>
        {
            var reader = new CanonicalReader(bytes);
            var value = read(ref reader);
            return reader.Finish() && value is not null ? Written(writer => write(value, writer)) : null;
        };
}
