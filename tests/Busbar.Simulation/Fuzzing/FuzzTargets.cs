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

/// <summary>Everything that takes bytes or text from outside. Made anew for each run: targets count.</summary>
internal static partial class FuzzTargets
{
    /// <summary>All of them; the ledger is the first.</summary>
    public static IReadOnlyList<FuzzTarget> Make()
    {
        var world = new FuzzWorld();
        var corpus = new FuzzCorpus(world);
        var values = new FuzzValues();
        var mutator = new Mutator(values);
        var maker = new TransactionMaker(world, mutator, values);
        foreach (var encoded in corpus.Operations.Concat(corpus.Messages).Concat(maker.Unchanged()))
        {
            values.Add(encoded);
        }

        foreach (var address in LedgerWorld.Pairs.Concat(LedgerWorld.Wallets).Select(key => key.Address))
        {
            values.AddString(address.ToArray());
        }

        var sources = new FuzzSources(mutator);
        return
        [
            new ApplyTarget(world, maker),
            .. OfTransactions(sources, corpus, maker),
            .. OfProofs(sources, corpus),
            .. OfNodes(sources, corpus),
            new JournalTarget(mutator, [.. corpus.JournalRecords]),
            .. OfSessions(sources, corpus),
            .. OfCharges(sources),
            .. OfTexts(sources),
        ];
    }

    private static IEnumerable<FuzzTarget> OfTransactions(
        FuzzSources sources, FuzzCorpus corpus, TransactionMaker maker)
    {
        // Whose key signed a raw Ethereum transaction is known only by recovering it.
        yield return new DecoderTarget<Unverified<SignedTransaction>>(
            "SignedTransaction",
            sources,
            InputShape.Cbor,
            maker.Unchanged(),
            (byte[] input, out Unverified<SignedTransaction> value) =>
                SignedTransaction.TryDecode(input, out value!) == DecodeError.Unset,
            value => value.Value.Encode(),
            EncodedForm.TheInput,
            "SignedTransaction.TryDecode")
        {
            FixedBytes = FuzzTarget.AllocatedBytesPerRecovery,
        };
        yield return sources.Item(
            "Operation", corpus.Operations, Operation.Read, static (value, writer) => value!.Write(writer));
        yield return sources.Item(
            "Receipt", corpus.Receipts, Receipt.Read, static (value, writer) => value!.Write(writer));
        yield return sources.Cbor(
            "Genesis",
            FuzzCorpus.Geneses,
            (byte[] input, out Genesis value) => Genesis.TryDecode(input, out value!) == DecodeError.Unset,
            value => value.Encode(),
            "Genesis.TryDecode");
        yield return new DecoderTarget<(RawTransaction Raw, RecoverableSignature Signature)>(
            "RawTransaction",
            sources,
            InputShape.Binary,
            [.. corpus.RawTransactions],
            (byte[] input, out (RawTransaction Raw, RecoverableSignature Signature) value) =>
            {
                var error = RawTransaction.TryDecode(input, out var raw, out var signature);
                value = (raw!, signature);
                return error == DecodeError.Unset;
            },
            value => value.Raw.Encode(value.Signature),
            EncodedForm.TheInput,
            "RawTransaction.TryDecode");
        yield return new DecoderTarget<EthereumTransaction>(
            "EthereumTransaction",
            sources,
            InputShape.Binary,
            [.. corpus.RawTransactions],
            (byte[] input, out EthereumTransaction value) => EthereumTransaction.TryCreate(
                input, LedgerWorld.Dollar, 9, new WalletTerms(LedgerWorld.DollarDomain, 0), out value!)
                == DecodeError.Unset,
            value => value.Raw.Encode(RawTransaction.TryDecode(RawOf(value), out _, out var signature)
                == DecodeError.Unset ? signature : default),
            EncodedForm.TheInput,
            "EthereumTransaction.TryCreate")
        {
            FixedBytes = FuzzTarget.AllocatedBytesPerRecovery,
        };
        yield return new DecoderTarget<Operation>(
            "EthereumCall",
            sources,
            InputShape.Binary,
            [.. corpus.Calls],
            (byte[] input, out Operation value) => (value = EthereumCall.Read(
                LedgerWorld.Dollar, input, new WalletTerms(LedgerWorld.DollarDomain, 0))!) is not null,
            static value => FuzzSources.Encode(value.Write),
            EncodedForm.AnotherKind,
            "EthereumCall.Read");
    }

    private static byte[] RawOf(EthereumTransaction transaction)
    {
        var reader = new CanonicalReader(transaction.Encode());
        reader.Array(EthereumTransaction.ItemCount);
        reader.Text(Limits.TransactionSizeBytes);
        return reader.BytesUpTo(Limits.TransactionSizeBytes).ToArray();
    }

    private static IEnumerable<FuzzTarget> OfProofs(FuzzSources sources, FuzzCorpus corpus)
    {
        yield return sources.Item(
            "BlockHeader", corpus.Headers, BlockHeader.Read, static (value, writer) => value!.Write(writer));
        yield return sources.Cbor(
            "Certificate",
            corpus.Certificates,
            (byte[] input, out Certificate value) => Certificate.TryDecode(input, out value!),
            static value => FuzzSources.Encode(value.Write),
            "Certificate.TryDecode");
        yield return sources.Item(
            "Handover", corpus.Handovers, Handover.Read, static (value, writer) => value!.Write(writer));
        yield return sources.Item(
            "Statement", corpus.Statements, Statement.Read, static (value, writer) => value!.Write(writer));
        yield return sources.Cbor(
            "LedgerProof",
            corpus.Proofs,
            (byte[] input, out LedgerProof value) => LedgerProof.TryDecode(input, out value!) == DecodeError.Unset,
            value => value.Encode(),
            "LedgerProof.TryDecode");
        yield return new DecoderTarget<byte[]>(
            "StateKey",
            sources,
            InputShape.Binary,
            [.. corpus.StateKeys],
            StateKeyParsers.TryParse,
            value => value,
            EncodedForm.TheInput,
            StateKeyParsers.Covers);
    }

    private static IEnumerable<FuzzTarget> OfNodes(FuzzSources sources, FuzzCorpus corpus)
    {
        yield return sources.Cbor(
            "Message",
            corpus.Messages,
            (byte[] input, out Unverified<Message> value) => Message.TryDecode(input, out value!) == DecodeError.Unset,
            value => value.Value.Encode(),
            "Message.TryDecode");
        yield return sources.Cbor(
            "SignedVote",
            FuzzCorpus.Votes.Select(vote => vote.Encode()),
            (byte[] input, out SignedVote value) => (value = SignedVote.TryDecode(input)!) is not null,
            value => value.Encode(),
            "SignedVote.TryDecode");
        yield return sources.Cbor(
            "JournalRecord",
            corpus.JournalRecords,
            (byte[] input, out JournalRecord value) => JournalRecord.TryDecode(input, out value!) == DecodeError.Unset,
            value => value.Encode(),
            "JournalRecord.TryDecode");
        yield return sources.Cbor(
            "PeerMessage",
            corpus.PeerMessages,
            (byte[] input, out PeerMessage value) => PeerMessage.TryDecode(input, out value!) == DecodeError.Unset,
            value => value.Encode(),
            "PeerMessage.TryDecode");
        yield return sources.Cbor(
            "StoredBlock",
            corpus.Blocks,
            (byte[] input, out StoredBlock value) => StoredBlock.TryDecode(input, out value!) == DecodeError.Unset,
            value => value.Encode(),
            "StoredBlock.TryDecode");
    }
}
