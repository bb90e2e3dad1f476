using System.Globalization;
using System.Numerics;
using Busbar.Transactions;

namespace Busbar.Simulation.Model;

// L-190 to L-199 again. Who signed, the writer of the test says: a truth's key is a wallet, and a flaw is nobody.
internal sealed partial class NaiveLedger
{
    private sealed record Tab(
        string Payer, string Signer, string Receiver, string Authorizer, string Asset, BigInteger Delay,
        BigInteger Deposit, BigInteger Claimed, BigInteger Refunds, BigInteger Wanted, BigInteger From);

    private Dictionary<string, Tab> tabs = [];

    public IEnumerable<string> X402ChannelsAsText() => tabs
        .Select(pair => pair.Value is var tab
            ? $"{pair.Key} {tab.Deposit} {tab.Claimed} {tab.Refunds} {tab.Wanted} {(tab.Wanted > 0 ? tab.From : 0)}"
            : "")
        .Order(StringComparer.Ordinal);

    private Action RememberX402Channels()
    {
        var old = new Dictionary<string, Tab>(tabs);
        return () => tabs = old;
    }

    private BigInteger HeldByX402Channels(string asset) => tabs.Values
        .Where(tab => tab.Asset == asset)
        .Aggregate(BigInteger.Zero, (sum, tab) => sum + tab.Deposit - tab.Claimed);

    private int NewX402Channels(Transaction tx) => tx.Operations
        .Select(ConfigOf)
        .OfType<X402ChannelConfig>()
        .Select(IdOf)
        .Where(id => !tabs.ContainsKey(id))
        .Distinct()
        .Count();

    private static X402ChannelConfig? ConfigOf(Operation operation) => operation switch
    {
        Operation.DepositX402Channel deposit => deposit.Config,
        Operation.DepositX402ChannelWithAuthorization deposit => deposit.Config,
        _ => null,
    };

    private string RunX402(Operation operation, string account, ClaimTruth[] truths, List<string> claims)
    {
        switch (operation)
        {
            case Operation.DepositX402Channel deposit:
                var payer = deposit.Config.Payer.ToString();
                return payer == account
                    ? Fill(deposit.Config, deposit.Amount, () => Spend(payer, deposit.Config.Asset.ToString(),
                        (BigInteger)deposit.Amount.Atomic))
                    : "NotPayer";
            case Operation.DepositX402ChannelWithAuthorization deposit:
                return Collect(deposit, truths);
            case Operation.ClaimX402Channels claim:
                for (var i = 0; i < claim.Claims.Count; i++)
                {
                    claims.Add(ClaimX402(account, claim.Claims[i], truths[i], truths[^1]));
                }

                return "Ok";
            case Operation.RefundX402Channel refund:
                return Refund(account, refund, truths);
            case Operation.RequestX402Withdrawal request:
                var wanted = (BigInteger)request.Amount.Atomic;
                var asked = !tabs.TryGetValue(request.Channel.ToString(), out var tab) ? "X402ChannelUnknown"
                    : wanted == 0 ? "AmountIsZero"
                    : account != tab.Payer && account != tab.Signer ? "NotPayerSide"
                    : tab.Wanted > 0 ? "WithdrawalWaits"
                    : tab.Claimed + wanted > tab.Deposit ? "WithdrawalTooLarge" : "Ok";
                if (asked == "Ok")
                {
                    tabs[request.Channel.ToString()] =
                        tab! with { Wanted = wanted, From = Uptime + 1_000 * tab!.Delay };
                }

                return asked;
            case Operation.FinishX402Withdrawal finish:
                var id = finish.Channel.ToString();
                var status = !tabs.TryGetValue(id, out var ending) ? "X402ChannelUnknown"
                    : account != ending.Payer && account != ending.Signer ? "NotPayerSide"
                    : ending.Wanted == 0 ? "WithdrawalNotRequested"
                    : Uptime < ending.From ? "WithdrawDelayRunning" : "Ok";
                if (status == "Ok")
                {
                    tabs[id] = ending! with { Wanted = 0 };
                    Return(id, ending.Wanted);
                }

                return status;
            default:
                throw new InvalidOperationException("no operation of x402 channels");
        }
    }

    private string Fill(X402ChannelConfig config, Amount by, Func<string> last)
    {
        var (asset, receiver, amount) = (config.Asset.ToString(), config.Receiver.ToString(), (BigInteger)by.Atomic);
        var old = tabs.GetValueOrDefault(IdOf(config));
        var status = !assets.Contains(asset) ? "AssetUnknown"
            : amount == 0 ? "AmountIsZero"
            : Reserved(receiver) ? "RecipientReserved"
            : receiver == config.Payer.ToString() ? "PayeeIsPayer"
            : config.ReceiverAuthorizer.ToString() == Address.Zero.ToString() ? "ReceiverAuthorizerMissing"
            : config.WithdrawDelaySeconds < 5 ? "GraceTooShort"
            : config.WithdrawDelaySeconds > 50 ? "GraceTooLong"
            : (old?.Deposit ?? 0) + amount > Largest ? "DepositTooLarge"
            : last();
        if (status == "Ok")
        {
            var payer = config.Payer.ToString();
            known.Add(receiver);
            money[payer + asset] -= amount;
            var signer = config.PayerAuthorizer == default ? payer : config.PayerAuthorizer.ToString();
            old ??= new Tab(
                payer, signer, receiver, config.ReceiverAuthorizer.ToString(), asset, config.WithdrawDelaySeconds,
                0, 0, 0, 0, 0);
            tabs[IdOf(config)] = old with { Deposit = old.Deposit + amount };
        }

        return status;
    }

    private string Collect(Operation.DepositX402ChannelWithAuthorization deposit, ClaimTruth[] truths)
    {
        var (from, asset) = (deposit.Config.Payer.ToString(), deposit.Config.Asset.ToString());
        var words = IdOf(deposit.Config)[2..] + deposit.Salt.ToString()[2..];
        var nonce = $"{from} {asset} {Keccak(words)}";
        var status = Fill(deposit.Config, deposit.Amount, () => truths.Length > 0 ? "AuthorizationSignatureInvalid"
            : nonces.TryGetValue(nonce, out var over) ? OverBy(over)
            : !(deposit.ValidAfterSeconds < Second) ? "AuthorizationNotYetValid"
            : !(Second < deposit.ValidBeforeSeconds) ? "AuthorizationExpired"
            : deposit.ValidBeforeSeconds > Second + 24 * 60 * 60 ? "AuthorizationTooFarAhead"
            : Spend(from, asset, (BigInteger)deposit.Amount.Atomic));
        if (status == "Ok")
        {
            nonces[nonce] = deposit.ValidBeforeSeconds;
        }

        return status;
    }

    private string ClaimX402(string account, X402Claim claim, ClaimTruth voucher, ClaimTruth batch)
    {
        var (total, most) = ((BigInteger)claim.Total.Atomic, (BigInteger)claim.Maximum.Atomic);
        var refusal = !tabs.TryGetValue(claim.Channel.ToString(), out var tab) ? "ChannelUnknown"
            : batch.Signed && WalletOf(batch) != tab.Authorizer ? "NotReceiverSide"
            : !batch.Signed && account != tab.Authorizer && account != tab.Receiver ? "NotReceiverSide"
            : total > most ? "VoucherExceeded"
            : WalletOf(voucher) != tab.Signer ? "SignatureInvalid"
            : total <= tab.Claimed ? "NothingNew"
            : tab.Claimed == tab.Deposit ? "DepositSpent" : null;
        if (refusal is not null)
        {
            return refusal + ":0";
        }

        var paid = BigInteger.Min(total, tab!.Deposit) - tab.Claimed;
        tabs[claim.Channel.ToString()] = tab with { Claimed = tab.Claimed + paid };
        Give(tab.Receiver, tab.Asset, paid);
        return (total > tab.Deposit ? "PaidUpToDeposit:" : "Paid:") + paid;
    }

    private string Refund(string account, Operation.RefundX402Channel refund, ClaimTruth[] truths)
    {
        var id = refund.Channel.ToString();
        var amount = (BigInteger)refund.Amount.Atomic;
        var nonce = (BigInteger)(refund.Authorization?.Nonce ?? 0);
        var status = !tabs.TryGetValue(id, out var tab) ? "X402ChannelUnknown"
            : amount == 0 ? "AmountIsZero"
            : truths.Length == 0 ? (account == tab.Authorizer || account == tab.Receiver ? "Ok" : "NotReceiverSide")
            : WalletOf(truths[0]) != tab.Authorizer ? "RefundSignatureInvalid"
            : nonce < tab.Refunds ? "RefundNonceUsed"
            : nonce > tab.Refunds ? "RefundNonceAhead" : "Ok";
        if (status == "Ok")
        {
            tabs[id] = tab! with { Refunds = tab.Refunds + 1 };
            var back = Return(id, amount);
            tabs[id] = tabs[id] with { Wanted = BigInteger.Max(0, tab.Wanted - back) };
        }

        return status;
    }

    private BigInteger Return(string id, BigInteger most)
    {
        var tab = tabs[id];
        var back = BigInteger.Min(most, tab.Deposit - tab.Claimed);
        tabs[id] = tab with { Deposit = tab.Deposit - back };
        Give(tab.Payer, tab.Asset, back);
        return back;
    }

    private static string WalletOf(ClaimTruth truth) =>
        truth.Flaw == "" ? LedgerWorld.Wallets[truth.SigningKey].Address.ToString() : "";

    // EIP-712 by hand: hexadecimal words of 32 bytes.
    private static string IdOf(X402ChannelConfig config)
    {
        var domain = Keccak(
            TextHash("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)")
            + TextHash("x402 Batch Settlement") + TextHash("1")
            + 402402.ToString("x64", CultureInfo.InvariantCulture)
            + Word("0x4020074e9dF2ce1deE5A9C1b5c3f541D02a10003"));
        var content = Keccak(
            TextHash("ChannelConfig(address payer,address payerAuthorizer,address receiver,"
                + "address receiverAuthorizer,address token,uint40 withdrawDelay,bytes32 salt)")
            + Word($"{config.Payer}") + Word($"{config.PayerAuthorizer}") + Word($"{config.Receiver}")
            + Word($"{config.ReceiverAuthorizer}") + Word($"{config.Asset}")
            + config.WithdrawDelaySeconds.ToString("x64", CultureInfo.InvariantCulture) + Word($"{config.Salt}"));
        return Keccak("1901" + domain[2..] + content[2..]);
    }

    private static string Word(string hex) => hex[2..].PadLeft(64, '0');

    private static string TextHash(string text) =>
        Keccak256.Hash(System.Text.Encoding.ASCII.GetBytes(text)).ToString()[2..];

    private static string Keccak(string hex) => Keccak256.Hash(Convert.FromHexString(hex)).ToString();
}
