using Busbar.Ledger;
using Busbar.Node;
using Busbar.Node.Hosting;
using Busbar.Transactions;

namespace Busbar.Simulation.Oracles;

/// <summary>
/// Sees every block that an honest validator stores and keeps books of its own, apart from the ledger's code: one block
/// at each height, each payment at most once and never lost, receipts that say what happened, the same balances, and no
/// more room for anybody than the protocol gives.
/// </summary>
internal sealed class LedgerOracle
{
    private readonly Action<string> fail;
    private readonly Dictionary<Address, UInt128> balances = [];
    private readonly Dictionary<(Address Account, IntentId Intent), (ulong Height, int Index, TransactionStatus Status)>
        executed = [];

    private readonly List<(Hash256 Digest, Hash256 StateRoot)> chain = [];
    private readonly Dictionary<int, ulong> heightOf = [];

    public LedgerOracle(Genesis genesis, Action<string> fail)
    {
        this.fail = fail;
        foreach (var balance in genesis.Balances)
        {
            balances[balance.Account] = balance.Amount.Atomic;
        }
    }

    /// <summary>Different final blocks.</summary>
    public int Height => chain.Count;

    /// <summary>Payments that were executed.</summary>
    public int Payments => executed.Count;

    public void OnStored(int validator, FinalBlock final)
    {
        var header = final.Block.Header;
        var digest = header.Digest();
        var index = (int)header.Height - 1;
        if (index > chain.Count)
        {
            fail($"validator {validator} stores block {header.Height}, which has no final parent");
            return;
        }

        heightOf[validator] = header.Height;
        if (index < chain.Count)
        {
            if (chain[index].Digest != digest)
            {
                fail($"two final blocks at height {header.Height}");
            }

            return;
        }

        if (index > 0 && header.Parent != chain[index - 1].Digest)
        {
            fail($"block {header.Height} does not stand on the final block below it");
        }

        chain.Add((digest, header.StateRoot));
        CheckRoom(header.Height, final.Block.Transactions);
        for (var i = 0; i < final.Block.Transactions.Count; i++)
        {
            Keep(header.Height, i, final.Block.Transactions[i], final.Block.Receipts[i]);
        }

        foreach (var (account, balance) in balances)
        {
            var said = final.Executed.State.BalanceOf(account, DevelopmentNetwork.Dollar).Atomic;
            if (said != balance)
            {
                fail($"{account} has {said} after block {header.Height}, and the books say {balance}");
            }
        }
    }

    /// <summary>What was promised to clients holds at the end.</summary>
    public void CheckEnd(IReadOnlyList<SimulatedNode> nodes, SimulatedClients clients)
    {
        foreach (var payment in clients.Payments)
        {
            var isExecuted = executed.TryGetValue((payment.Account, payment.IntentId), out var place);
            if (payment.IsDone && !isExecuted)
            {
                fail($"payment {payment.IntentId} was called final and is in no final block");
            }

            if (payment.Answers.Any(answer => answer != place))
            {
                fail($"payment {payment.IntentId} was called final elsewhere than it is, or with another result");
            }
        }

        foreach (var node in nodes.Where(node => node is { IsHonest: true, Validator: not null }))
        {
            var head = node.Validator!.Head;
            if (head.Height > 0 && chain[(int)head.Height - 1].StateRoot != head.StateRoot)
            {
                fail($"validator {node.Index} has another state than the final one at height {head.Height}");
            }
        }
    }

    // The numbers of L-25 to L-28 for the transfers and votes of a simulation, whose accounts pay for themselves.
    private void CheckRoom(ulong height, IReadOnlyList<byte[]> transactions)
    {
        var used = new Dictionary<Address, long>();
        foreach (var encoded in transactions)
        {
            if (SignedTransaction.TryDecode(encoded, out var signed) != DecodeError.Unset)
            {
                continue;
            }

            var (content, signatures) = (signed!.Value.Transaction, signed.Value.Signatures.Count);
            used[content.Account] = used.GetValueOrDefault(content.Account)
                + 1_300 + (2 * encoded.Length) + (400 * (signatures + content.Operations.Count));
        }

        if (used.Values.Any(units => units > 1_048_576))
        {
            fail($"block {height} gives an account more than an eighth of a block");
        }

        if (used.Values.Sum() > 6_291_456)
        {
            fail($"block {height} gives payments the room of claims");
        }
    }

    private void Keep(ulong height, int index, byte[] encoded, Receipt receipt)
    {
        if (SignedTransaction.TryDecode(encoded, out var signed) != DecodeError.Unset)
        {
            fail($"block {height} holds bytes that are no transaction");
            return;
        }

        var transaction = signed!.Value.Transaction;
        var key = (transaction.Account, transaction.IntentId);
        if (!executed.TryAdd(key, (height, index, receipt.Status)))
        {
            fail($"payment {transaction.IntentId} is executed twice, at last in block {height}");
            return;
        }

        if (receipt.IntentId != transaction.IntentId || receipt.Account != transaction.Account
            || receipt.Fee > transaction.MaxFee)
        {
            fail($"a receipt in block {height} is not of its transaction");
        }

        var balance = balances[transaction.Account] - receipt.Fee.Atomic;
        if (transaction.Operations[0] is Operation.Transfer transfer)
        {
            var suffices = balance >= transfer.Amount.Atomic;
            if (suffices != (receipt.Status == TransactionStatus.Ok))
            {
                fail($"a receipt in block {height} says {receipt.Status} where the books "
                    + (suffices ? "have" : "lack") + " the money");
            }

            if (suffices)
            {
                balances[transaction.Account] = balance - transfer.Amount.Atomic;
                balances[transfer.To] += transfer.Amount.Atomic;
                return;
            }
        }

        balances[transaction.Account] = balance;
    }
}
