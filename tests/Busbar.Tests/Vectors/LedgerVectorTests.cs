using Busbar.Node.Storage;
using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Tests.Vectors;

/// <summary>spec/vectors/ledger.json: a chain from genesis on, with every object that each block changed.</summary>
public sealed class LedgerVectorTests
{
    // The operations that make an object, whose id follows from the transaction (L-14).
    private static readonly OperationCode[] Makers =
    [
        OperationCode.CreateAsset, OperationCode.OpenChannel, OperationCode.StartStream, OperationCode.LockEscrow,
        OperationCode.GrantMandate,
    ];

    [Fact]
    public void L1_L14_L40_L42_L43_L44_the_ledger_vectors_are_what_the_code_makes()
    {
        var chain = LedgerScenario.Make();
        var genesis = chain.Blocks[0].Before;
        VectorFile.Check("ledger.json", new
        {
            note = "A chain of blocks from a genesis, spec/ledger.md. Every block has its stored form (spec/api.md, "
                + "N-3) and every object that it changed, value null where it is gone: with genesis' entries they "
                + "give every state root without executing anything.",
            network = LedgerWorld.Network.ChainId,
            genesis = new
            {
                encoding = Hex.Format(genesis.Genesis.Encode()),
                digest = genesis.Genesis.Digest().ToString(),
                stateRoot = genesis.StateRoot.ToString(),
                entries = VectorChain.EntriesOf(genesis).Select(entry => Entry(entry.Key, entry.Value)),
            },
            blocks = chain.Blocks.Select(Block),
        });
    }

    [Fact]
    public void L1_L30_every_kind_of_operation_has_a_vector_in_which_it_succeeds_and_some_fail()
    {
        var chain = LedgerScenario.Make();
        var all = chain.Blocks.SelectMany(block => block.Transactions.Zip(block.Stored.Receipts)).ToArray();
        var succeeded = all.Where(pair => pair.Second.Status == TransactionStatus.Ok)
            .SelectMany(pair => pair.First.Value.Signed.Transaction.Operations)
            .Select(operation => operation.Code)
            .ToHashSet();
        Assert.Empty(Enum.GetValues<OperationCode>().Except(succeeded).Except([OperationCode.Unset]));
        Assert.True(all.Count(pair => pair.Second.Status != TransactionStatus.Ok) > 5);
        Assert.Equal(2UL, chain.World.State.Epoch);
        Assert.Contains(chain.Blocks[^1].Changes, change => change.Value is null);
    }

    [Fact]
    public void N3_L14_the_vectors_blocks_decode_and_every_id_names_what_was_made()
    {
        foreach (var block in LedgerScenario.Make().Blocks)
        {
            var bytes = block.Stored.Encode();
            Assert.Equal(DecodeError.Unset, StoredBlock.TryDecode(bytes, out var read));
            Assert.Equal(bytes, read!.Encode());
            Assert.True(block.Stored.Finalization!.Verify(block.Before.Validators, LedgerWorld.Network));
        }
    }

    private static object Entry(string key, byte[]? value)
    {
        Assert.True(Hex.TryParse(key, 256, out var bytes));
        return new
        {
            key,
            path = MerkleMap.PathOf(bytes).ToString(),
            value = value is null ? null : Hex.Format(value),
        };
    }

    private static object Block(VectorBlock block) => new
    {
        name = block.Name,
        encoding = Hex.Format(block.Stored.Encode()),
        digest = block.Header.Digest().ToString(),
        preStateRoot = block.Before.StateRoot.ToString(),
        postStateRoot = block.Header.StateRoot.ToString(),
        transactionsRoot = block.Header.TransactionsRoot.ToString(),
        receiptsRoot = block.Header.ReceiptsRoot.ToString(),
        transactions = block.Transactions.Select((transaction, index) => Transaction(block, index)),
        changes = block.Changes.Select(change => Entry(change.Key, change.Value)),
    };

    private static object Transaction(VectorBlock block, int index)
    {
        var signed = block.Transactions[index].Value.Signed;
        var content = signed.Transaction;
        var receipt = block.Stored.Receipts[index];
        return new
        {
            encoding = Hex.Format(signed.Encode()),
            signingHash = signed.SigningHash().ToString(),
            account = content.Account.ToString(),
            intentId = content.IntentId.ToString(),
            intentKey = signed.EthereumNonce is null
                ? Hex.Format(Busbar.Ledger.StateKey.OfIntent(new(content.Account, content.Signer, content.IntentId)))
                : null,
            operations = content.Operations.Select((operation, place) => new
            {
                code = (int)operation.Code,
                name = operation.Code.ToString(),
                makes = Pricing.ChannelOpenedBy(operation) is { } config ? config.IdIn(content.Network).ToString()
                    : Makers.Contains(operation.Code) ? content.ObjectIdAt(place).ToString() : null,
            }),
            receipt = new
            {
                encoding = Hex.Format(block.EncodedReceipt(index)),
                hash = MerkleList.HashItem(block.EncodedReceipt(index)).ToString(),
                status = receipt.Status.ToString(),
                statusNumber = (int)receipt.Status,
                failedOperation = receipt.FailedOperation,
                feePayer = receipt.FeePayer.ToString(),
                fee = receipt.Fee.ToString(),
                claims = receipt.Claims.Select(claim => new
                {
                    status = claim.Status.ToString(),
                    statusNumber = (int)claim.Status,
                    paid = claim.Paid.ToString(),
                }),
            },
        };
    }
}
