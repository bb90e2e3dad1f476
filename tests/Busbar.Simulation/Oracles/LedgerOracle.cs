using System.Numerics;
using Busbar.Ledger;
using Busbar.Node.Hosting;
using Busbar.Simulation.Model;
using Busbar.Transactions;

namespace Busbar.Simulation.Oracles;

/// <summary>
/// Sees every block that an honest validator stores and keeps books of its own, apart from the ledger's code: one block
/// at each height, each payment at most once and never lost, and by the naive model each receipt, each balance and
/// object after each block, and no more room for anybody than the protocol gives.
/// </summary>
internal sealed class LedgerOracle
{
    private readonly Action<string> fail;
    private readonly NaiveLedger naive;
    private readonly NaiveEnvelope ordinary;
    private readonly ulong mostUptimeMs;
    private readonly Address[] accounts;
    private readonly Dictionary<Hash256, (IReadOnlyList<ClaimTruth[]> Truths, NaiveEnvelope? Envelope)> expected = [];
    private readonly SortedDictionary<OperationCode, int> operations = [];
    private readonly Dictionary<(Address Account, IntentId Intent), (ulong Height, int Index, TransactionStatus Status)>
        executed = [];

    private readonly List<(Hash256 Digest, Hash256 StateRoot)> chain = [];
    private UnixTime time;
    private readonly Dictionary<int, ulong> heightOf = [];

    public LedgerOracle(Genesis genesis, Action<string> fail)
    {
        this.fail = fail;
        naive = new NaiveLedger(
            genesis.Balances.Select(balance => (
                balance.Account.ToString(), balance.Asset.ToString(), (BigInteger)balance.Amount.Atomic)),
            FeeAccount.Address.ToString(),
            genesis.Validators,
            NaiveRoom.Protocol);
        ordinary = new NaiveEnvelope(genesis.Parameters.MaxIntentAheadMs);
        mostUptimeMs = NetworkParameters.UptimeHeartbeats * genesis.Parameters.HeartbeatMs;
        accounts = [.. genesis.Balances.Select(balance => balance.Account).Append(FeeAccount.Address).Distinct()];
        time = genesis.Time;
    }

    /// <summary>Different final blocks.</summary>
    public int Height => chain.Count;

    /// <summary>Payments that were executed.</summary>
    public int Payments => executed.Count;

    /// <summary>How often each operation succeeded.</summary>
    public IReadOnlyDictionary<OperationCode, int> Operations => operations;

    /// <summary>What its composer knows of a transaction's evidence; the others have none.</summary>
    public void Expect(SignedTransaction signed, IReadOnlyList<ClaimTruth[]> truths, NaiveEnvelope? envelope) =>
        expected[signed.SigningHash()] = (truths, envelope);

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
        naive.NextBlock(header.Time.Ms);
        naive.Uptime += Math.Min(header.Time.Ms - time.Ms, mostUptimeMs);
        time = header.Time;
        for (var i = 0; i < final.Block.Transactions.Count; i++)
        {
            Keep(header.Height, i, final.Block.Transactions[i], final.Block.Receipts[i]);
        }

        CheckState(header.Height, final.Executed.State);
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

    private void CheckState(ulong height, LedgerState state)
    {
        foreach (var account in accounts)
        {
            var said = (BigInteger)state.BalanceOf(account, LedgerWorld.Dollar).Atomic;
            var booked = naive.Balance(account.ToString(), LedgerWorld.Dollar.ToString());
            if (said != booked)
            {
                fail($"{account} has {said} after block {height}, and the books say {booked}");
            }
        }

        foreach (var (kind, booked, said) in StateAsText.Pairs(naive, state))
        {
            if (!booked.SequenceEqual(said))
            {
                fail($"the {kind} after block {height} are not those of the books");
            }
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

        var content = signed.Value.SigningHash();
        var (truths, envelope) = expected.TryGetValue(content, out var known)
            ? known
            : ([.. transaction.Operations.Select(_ => Array.Empty<ClaimTruth>())], null);
        var booked = naive.Apply(transaction, content.ToString(), truths, envelope ?? ordinary);
        if (booked != StateAsText.Text(receipt))
        {
            fail($"a receipt in block {height} says {StateAsText.Text(receipt)}, and the books say {booked}");
        }

        if (receipt.Status == TransactionStatus.Ok)
        {
            foreach (var operation in transaction.Operations)
            {
                operations[operation.Code] = operations.GetValueOrDefault(operation.Code) + 1;
            }
        }
    }
}
