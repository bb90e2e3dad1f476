using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Tests.Vectors;

/// <summary>spec/vectors/proofs.json: proofs about the blocks of ledger.json, true and false ones.</summary>
public sealed class ProofVectorTests
{
    private readonly VectorChain chain = LedgerScenario.Make();

    [Fact]
    public void C1_C2_C5_C53_L45_L46_L47_L48_the_proof_vectors_are_what_the_code_makes()
    {
        var cases = True().Concat(Broken()).ToArray();
        VectorFile.Check("proofs.json", new
        {
            note = "Proofs about the blocks of ledger.json (spec/ledger.md, L-45 to L-48), what checking each from a "
                + "trusted validator set gives, and validator sets with their digests (spec/consensus.md, C-1, C-2).",
            network = LedgerWorld.Network.ChainId,
            sets = Sets(),
            proofs = cases.Select(Node),
        });
        foreach (var status in Enum.GetValues<ProofStatus>().Where(status => status != ProofStatus.Unset))
        {
            Assert.Contains(cases, one => Check(one) == status.ToString());
        }
    }

    private static object[] Sets()
    {
        static object Set(int count, ulong[]? weights = null)
        {
            var keys = Enumerable.Range(200, count).Select(number => LedgerWorld.Key(number).PublicKey).ToArray();
            var set = weights is null ? new ValidatorSet(keys) : new ValidatorSet(keys, weights);
            return new
            {
                keys = keys.Select(key => Hex.Format(key.Bytes)),
                weights,
                digest = set.Digest.ToString(),
                quorum = set.QuorumWeight,
            };
        }

        return
        [
            Set(1), Set(4), Set(5), Set(7), Set(3, [1, 1, 1]), Set(3, [5, 3, 2]),
            Set(2, [1, ValidatorSet.MaxTotalWeight - 1]),
        ];
    }

    private IEnumerable<ProofCase> True()
    {
        var transfer = chain.Blocks[1];
        var openedBy = StateKey.OfBalance(new BalanceKey(LedgerWorld.AddressOf(5), LedgerWorld.Dollar));
        yield return Case("a balance is there", transfer, Prove(transfer, openedBy));
        yield return Case("the governance is there", transfer, Prove(transfer, StateKey.OfGovernance()));
        yield return Case("a balance was not there before", chain.Blocks[0], Prove(chain.Blocks[0], openedBy));
        yield return Case("a channel is not there", transfer, Prove(
            transfer, StateKey.OfChannel(new ChannelId(Hash256.Sha256([1])))));
        yield return Case("an intent was executed", transfer, Prove(transfer, IntentOf(transfer)));
        yield return Case("an intent was not executed, its minute being kept", chain.Blocks[0], Prove(
            chain.Blocks[0], IntentOf(transfer)));
        yield return Case("the records of an intent's minute were dropped", chain.Blocks[^1], Prove(
            chain.Blocks[^1], IntentOf(transfer)));
        var four = Four();
        for (var index = 0; index < four.Transactions.Count; index++)
        {
            yield return Case($"receipt {index} of four", four, Receipt(four, index));
            yield return Case($"transaction {index} of four", four, Transaction(four, index));
        }

        var failed = chain.Blocks.First(block => block.Stored.Receipts.Any(one => one.FailedOperation == 1));
        yield return Case("the receipt of a transaction that failed", failed, Receipt(failed, 0));
        yield return Case("the certificate of a block two later", transfer, Prove(transfer, openedBy)) with
        {
            Proof = new LedgerProof(
                [],
                [.. chain.Blocks.Skip(1).Take(3).Select(block => block.Header)],
                chain.Blocks[3].Stored.Finalization!,
                Prove(transfer, openedBy)),
        };
        var last = chain.Blocks[^1];
        yield return Case("across two changes of the validators", last, Prove(last, openedBy));
        yield return Case("from the epoch itself", last, Prove(last, openedBy)) with
        {
            Trusted = new TrustedSet(2, last.Before.Validators),
            Proof = new LedgerProof([], [last.Header], last.Stored.Finalization!, Prove(last, openedBy)),
        };
    }

    private IEnumerable<ProofCase> Broken()
    {
        var good = Case("", chain.Blocks[1], Prove(chain.Blocks[1], IntentOf(chain.Blocks[1])));
        var proof = good.Proof;
        var certificate = proof.Finalization;
        var header = proof.Header;
        ProofCase With(string name, LedgerProof changed) => good with { Name = name, Proof = changed };

        yield return good with { Name = "of another network", Network = new NetworkId(1) };
        yield return good with
        {
            Name = "of an epoch before the trusted one",
            Trusted = good.Trusted with { Epoch = 1 },
        };
        yield return good with
        {
            Name = "by other validators",
            Trusted = new TrustedSet(0, new ValidatorSet(LedgerWorld.ValidatorKeys(5))),
        };
        yield return With("one header twice", proof with { Headers = [header, header] });
        yield return With("a block left out", proof with { Headers = [header, chain.Blocks[3].Header] });
        yield return With("votes of two of four", proof with { Finalization = Cut(certificate, 2) });
        yield return With("a notarization", proof with
        {
            Finalization = certificate with { Vote = certificate.Vote with { Kind = VoteKind.Notarize } },
        });
        yield return With(
            "a changed header", proof with { Headers = [header with { UptimeMs = header.UptimeMs + 1 }] });
        yield return With("a certificate of the next block", proof with
        {
            Finalization = chain.Blocks[2].Stored.Finalization!,
        });
        yield return With("two signatures in each other's place", proof with
        {
            Finalization = certificate with
            {
                Signatures = [certificate.Signatures[1], certificate.Signatures[0], certificate.Signatures[2]],
            },
        });
        foreach (var changed in FalseStatements(proof))
        {
            yield return With(changed.Name, proof with { Statement = changed.Statement });
        }

        var far = Case("", chain.Blocks[^1], Prove(chain.Blocks[^1], StateKey.OfGovernance()));
        var hands = far.Proof.Handovers;
        (string Name, Handover[] Handovers)[] ways =
        [
            ("handovers in the other order", [hands[1], hands[0]]),
            ("the first handover left out", [hands[1]]),
            ("the last handover left out", [hands[0]]),
            ("a handover to other keys", [hands[0] with { Next = LedgerWorld.ValidatorKeys(4) }, hands[1]]),
        ];
        foreach (var (name, handovers) in ways)
        {
            yield return far with { Name = name, Proof = far.Proof with { Handovers = handovers } };
        }
    }

    private IEnumerable<(string Name, Statement Statement)> FalseStatements(LedgerProof proof)
    {
        var intent = (Statement.Intent)proof.Statement;
        Assert.Empty(intent.InIntents.Siblings);
        yield return ("a record with another content", intent with { Record = [.. intent.Record!, 0] });
        yield return ("a record denied", intent with { Record = null });
        var balance = (Statement.Object)Prove(chain.Blocks[1], StateKey.OfBalance(
            new BalanceKey(LedgerWorld.AddressOf(5), LedgerWorld.Dollar)));
        byte[] oneMore = [.. balance.Value![..^1], (byte)(balance.Value[^1] + 1)];
        yield return ("a balance of one more", balance with { Value = oneMore });
        yield return ("a balance denied", balance with { Value = null });
        yield return ("another account's balance", balance with
        {
            Key = StateKey.OfBalance(new BalanceKey(LedgerWorld.AddressOf(6), LedgerWorld.Dollar)),
        });
        yield return ("siblings in the other order", balance with
        {
            InObjects = balance.InObjects with { Siblings = [.. balance.InObjects.Siblings.Reverse()] },
        });
        yield return ("another intents root", balance with { IntentsRoot = Hash256.Zero });
        yield return ("an intent denied as if it were an object", balance with { Key = intent.Key, Value = null });
        byte[] elsewhere = [.. intent.Key[..8], (byte)(intent.Key[8] + 1), .. intent.Key[9..]];
        yield return ("an intent denied in another minute", intent with
        {
            Key = elsewhere,
            Record = null,
            InMinute = null,
            InIntents = AbsenceIn(proof, elsewhere),
        });
        var receipt = (Statement.Executed)Receipt(chain.Blocks[1], 0);
        var cheaper = receipt.Receipt with { Fee = new Amount(1) };
        yield return ("a receipt of a smaller fee", receipt with { Receipt = cheaper });
        var place = receipt.InReceipts with { Index = 1 };
        yield return ("a receipt at another index", receipt with { InReceipts = place });
        yield return ("a receipt of more", receipt with { InReceipts = receipt.InReceipts with { Count = 2 } });
        yield return ("a receipt of another block", Receipt(Four(), 0));
        var included = (Statement.Included)Transaction(chain.Blocks[1], 0);
        yield return ("a transaction with a byte more", included with { Encoded = [.. included.Encoded, 0] });
        yield return ("a hash too many", included with
        {
            InTransactions = included.InTransactions with { Path = [Hash256.Zero] },
        });
    }

    // The block's map of minutes has one leaf, which is beside every other minute.
    private static MapProof AbsenceIn(LedgerProof proof, byte[] key)
    {
        var intent = (Statement.Intent)proof.Statement;
        var root = intent.InMinute!.RootWith(MerkleMap.PathOf(intent.Key), intent.Record!)!.Value;
        var path = MerkleMap.PathOf(intent.Key.AsSpan(0, 9));
        Assert.NotEqual(path, MerkleMap.PathOf(key.AsSpan(0, 9)));
        return new MapProof([], new MapProof.Leaf(path, Hash256.Sha256(root.ToArray())));
    }

    private static Certificate Cut(Certificate certificate, int count) => certificate with
    {
        Signers = [.. certificate.Signers.Take(count)],
        Signatures = [.. certificate.Signatures.Take(count)],
    };

    // Blocks' states share their layers, so a statement is taken from the state after that block itself.
    private static Statement Prove(VectorBlock block, byte[] key) => block.After.Prove(key)!;

    private static byte[] IntentOf(VectorBlock block)
    {
        var content = block.Transactions[0].Value.Signed.Transaction;
        return StateKey.OfIntent(new IntentKey(content.Account, content.Signer, content.IntentId));
    }

    private static Statement.Executed Receipt(VectorBlock block, int index) => new(
        block.Stored.Receipts[index],
        ListProof.Of(
            Enumerable.Range(0, block.Transactions.Count)
                .Select(at => MerkleList.HashItem(block.EncodedReceipt(at))).ToArray(),
            index));

    private static Statement.Included Transaction(VectorBlock block, int index) => new(
        block.Stored.Transactions[index],
        ListProof.Of(block.Transactions.Select(one => one.Value.LeafHash).ToArray(), index));

    private VectorBlock Four() => chain.Blocks.First(block => block.Transactions.Count == 4);

    private ProofCase Case(string name, VectorBlock block, Statement statement)
    {
        var handovers = chain.Blocks
            .Where(one => one.After.EndsEpoch && one.Header.Height < block.Header.Height)
            .Select(one => new Handover(one.Header, one.Stored.Finalization!, one.After.Validators.Keys));
        return new ProofCase(
            name,
            LedgerWorld.Network,
            new TrustedSet(0, chain.Blocks[0].Before.Validators),
            new LedgerProof([.. handovers], [block.Header], block.Stored.Finalization!, statement));
    }

    private static string Check(ProofCase one)
    {
        var bytes = one.Proof.Encode();
        return LedgerProof.TryDecode(bytes, out var read) is var error && read is not null
            ? read.Check(one.Network, one.Trusted, out _).ToString()
            : error.ToString();
    }

    private static object Node(ProofCase one)
    {
        var status = Check(one);
        one.Proof.Check(one.Network, one.Trusted, out var reached);
        return new
        {
            name = one.Name,
            network = one.Network.ChainId,
            trustedEpoch = one.Trusted.Epoch,
            trustedKeys = one.Trusted.Validators.Keys.Select(key => Hex.Format(key.Bytes)),
            encoding = Hex.Format(one.Proof.Encode()),
            status,
            rule = status switch
            {
                nameof(ProofStatus.HandoverInvalid) => "C-53",
                nameof(ProofStatus.CertificateInvalid) => "C-5",
                nameof(ProofStatus.StatementFalse) => "L-47",
                _ => "L-48",
            },
            reachedEpoch = status == nameof(ProofStatus.Valid) ? reached.Epoch : (ulong?)null,
        };
    }

    private sealed record ProofCase(string Name, NetworkId Network, TrustedSet Trusted, LedgerProof Proof);
}
