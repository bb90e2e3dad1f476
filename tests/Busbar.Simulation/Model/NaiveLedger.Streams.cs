using System.Numerics;
using Busbar.Transactions;

namespace Busbar.Simulation.Model;

// L-120 to L-125 again.
internal sealed partial class NaiveLedger
{
    private sealed record Flow(
        string Payer, string Payee, string Asset, BigInteger Rate, BigInteger Deposit, BigInteger Paid,
        BigInteger From);

    private Dictionary<string, Flow> flows = [];

    public IEnumerable<string> StreamsAsText() => flows
        .Select(pair => $"{pair.Key} {pair.Value.Deposit} {pair.Value.Paid} {pair.Value.From}")
        .Order(StringComparer.Ordinal);

    private Action RememberStreams()
    {
        var old = new Dictionary<string, Flow>(flows);
        return () => flows = old;
    }

    private BigInteger HeldByStreams(string asset) => flows.Values
        .Where(flow => flow.Asset == asset)
        .Aggregate(BigInteger.Zero, (sum, flow) => sum + flow.Deposit - flow.Paid);

    private BigInteger Accrued(Flow flow) =>
        BigInteger.Min(flow.Deposit, flow.Rate * (Time - flow.From) / 1_000_000_000);

    private string RunStream(Transaction tx, int index, string account)
    {
        switch (tx.Operations[index])
        {
            case Operation.StartStream start:
                return StartFlow(tx.ObjectIdAt(index).ToString(), account, start);
            case Operation.TopUpStream top:
                return TopUpFlow(account, top.Stream.ToString(), (BigInteger)top.Amount.Atomic);
            case Operation.StopStream stop:
                var id = stop.Stream.ToString();
                if (!flows.TryGetValue(id, out var flow))
                {
                    return "StreamUnknown";
                }

                if (account != flow.Payer && account != flow.Payee)
                {
                    return "NotStreamParty";
                }

                Give(flow.Payee, flow.Asset, Accrued(flow) - flow.Paid);
                Give(flow.Payer, flow.Asset, flow.Deposit - Accrued(flow));
                flows.Remove(id);
                return "Ok";
            case Operation.WithdrawStream withdraw:
                return WithdrawFlow(withdraw.Stream.ToString());
            default:
                throw new InvalidOperationException("no operation of streams");
        }
    }

    private string StartFlow(string id, string account, Operation.StartStream start)
    {
        var (asset, payee) = (start.Asset.ToString(), start.Payee.ToString());
        var deposit = (BigInteger)start.Deposit.Atomic;
        var status = !assets.Contains(asset) ? "AssetUnknown"
            : deposit == 0 ? "AmountIsZero"
            : Reserved(payee) ? "RecipientReserved"
            : payee == account ? "PayeeIsPayer"
            : start.Rate.IsZero ? "RateIsZero"
            : Spend(account, asset, deposit);
        if (status == "Ok")
        {
            known.Add(payee);
            money[account + asset] -= deposit;
            flows[id] = new Flow(account, payee, asset, (BigInteger)start.Rate.Atomic, deposit, 0, Time);
        }

        return status;
    }

    private string TopUpFlow(string account, string id, BigInteger amount)
    {
        if (!flows.TryGetValue(id, out var flow))
        {
            return "StreamUnknown";
        }

        var dry = Accrued(flow) == flow.Deposit;
        var status = amount == 0 ? "AmountIsZero"
            : !dry && flow.Deposit + amount > Largest ? "DepositTooLarge"
            : Spend(account, flow.Asset, amount);
        if (status != "Ok")
        {
            return status;
        }

        money[account + flow.Asset] -= amount;
        if (dry)
        {
            Give(flow.Payee, flow.Asset, flow.Deposit - flow.Paid);
            flows[id] = flow with { Deposit = amount, Paid = 0, From = Time };
        }
        else
        {
            flows[id] = flow with { Deposit = flow.Deposit + amount };
        }

        return "Ok";
    }

    private string WithdrawFlow(string id)
    {
        if (!flows.TryGetValue(id, out var flow))
        {
            return "StreamUnknown";
        }

        Give(flow.Payee, flow.Asset, Accrued(flow) - flow.Paid);
        flows[id] = flow with { Paid = Accrued(flow) };
        if (Accrued(flow) == flow.Deposit)
        {
            flows.Remove(id);
        }

        return "Ok";
    }

    private void Give(string account, string asset, BigInteger amount) =>
        money[account + asset] = Balance(account, asset) + amount;
}
