using System.Numerics;
using Busbar.Keys;
using Busbar.Ticks;
using Busbar.Transactions;

namespace Busbar.Simulation.Model;

/// <summary>What the writer of a test knows about a claim that it made itself.</summary>
internal sealed record ClaimTruth(string Flaw, BigInteger Value, bool Signed, int SigningKey);

/// <summary>
/// The ledger's rules again, from spec/ledger.md and not from the code: text keys, BigInteger, whole copies to roll
/// back, statuses by name.
/// </summary>
internal sealed partial class NaiveLedger
{
    private sealed record Line(
        string Payer, string Payee, int Key, string Asset, BigInteger Deposit, BigInteger Claimed, BigInteger Grace,
        Voucher? First, BigInteger? FreeAt);

    private static readonly BigInteger Largest = (BigInteger.One << 128) - 1;

    private Dictionary<string, BigInteger> money = [];
    private Dictionary<string, Line> lines = [];
    private HashSet<string> known = [];
    private NaiveGovernance governance;
    private readonly Dictionary<string, string> used = [];
    private readonly HashSet<string> assets = [];
    private readonly HashSet<string> genesisAssets;
    private readonly string feeAccount;
    private readonly NaiveRoom room;

    public NaiveLedger(
        IEnumerable<(string Account, string Asset, BigInteger Amount)> start,
        string feeAccount,
        IEnumerable<PublicKey> validators,
        NaiveRoom room)
    {
        this.room = room;
        governance = NaiveGovernance.Start(validators);
        this.feeAccount = feeAccount;
        foreach (var (account, asset, amount) in start)
        {
            money[account + asset] = amount;
            known.Add(account);
            assets.Add(asset);
        }

        genesisAssets = [.. assets];
    }

    public BigInteger Time { get; private set; }

    public BigInteger Uptime { get; set; }

    public void NextBlock(BigInteger time)
    {
        // What the last block drops, it drops by its own time.
        DropNonces();
        Time = time;
        DropExpired();
        governance = governance.NextBlock(time);
        block.Clear();
    }

    public string GovernanceAsText() => governance.ToString();

    public BigInteger Balance(string account, string asset) => money.GetValueOrDefault(account + asset);

    public IEnumerable<string> ChannelsAsText() => lines
        .Select(pair => $"{pair.Key} {pair.Value.Deposit} {pair.Value.Claimed} {pair.Value.FreeAt}")
        .Order(StringComparer.Ordinal);

    public BigInteger Total(string asset) =>
        money.Where(pair => pair.Key.EndsWith(asset, StringComparison.Ordinal))
            .Aggregate(BigInteger.Zero, (sum, pair) => sum + pair.Value)
        + lines.Values.Where(line => line.Asset == asset)
            .Aggregate(BigInteger.Zero, (sum, line) => sum + line.Deposit - line.Claimed)
        + HeldByStreams(asset) + HeldByEscrows(asset) + HeldByX402Channels(asset);

    /// <summary>"Refused reason", or "status failedIndex fee [claims]".</summary>
    public string Apply(
        Transaction tx, string content, IReadOnlyList<ClaimTruth[]> truths, NaiveEnvelope? special = null)
    {
        var envelope = special ?? NaiveEnvelope.Ordinary;
        var account = tx.Account.ToString();
        var payer = (tx.FeePayer ?? tx.Account).ToString();
        var until = (BigInteger)tx.IntentId.ValidUntil.Ms;
        var key = account + tx.Signer + tx.IntentId;
        var fee = ContentFee(tx);
        var opened = tx.Operations.Select(NewAccount)
            .Where(name => name is not null && !known.Contains(name) && !Reserved(name))
            .Distinct()
            .Count();
        var full = fee + 100_000 * opened + 200_000 * NewX402Channels(tx);
        var refusal =
            tx.Network.ChainId != 402402 ? "WrongNetwork"
            : OnceMore(envelope, account, key, until, content) is { } again ? again
            : !MayAct(account, tx.Signer.ToString()) ? "SignerNotAuthorised"
            : tx.FeeAsset != LedgerWorld.Dollar ? "FeeAssetNotListed"
            : (BigInteger)tx.MaxFee.Atomic < full ? "FeeAboveMaximum"
            : Spend(payer, tx.FeeAsset.ToString(), full) != "Ok" ? "FeeNotPayable"
            : !CoversFee(tx, full) ? "FeeBeyondMandate"
            : RoomRefusal(tx, envelope);
        if (refusal is not null)
        {
            return "Refused " + refusal;
        }

        var before = (
            new Dictionary<string, BigInteger>(money),
            new Dictionary<string, Line>(lines),
            new HashSet<string>(known),
            governance);
        Action[] restore =
        [
            RememberAssets(), RememberStreams(), RememberEscrows(), RememberMandates(), RememberX402Channels(),
        ];
        var wallets = CopyWallets();
        Move(payer, feeAccount, tx.FeeAsset.ToString(), full);
        CountFee(tx, full);
        var claims = new List<string>();
        for (var i = 0; i < tx.Operations.Count; i++)
        {
            var status = RunFor(tx, i, () => Run(tx, i, account, truths[i], claims));
            if (status != "Ok")
            {
                (money, lines, known, governance) = before;
                Array.ForEach(restore, undo => undo());
                RestoreWallets(wallets);
                if (envelope.MustSucceed)
                {
                    block.RemoveAt(block.Count - 1);
                    return "Refused OperationFails";
                }

                Remember(envelope, account, key, content);
                Move(payer, feeAccount, tx.FeeAsset.ToString(), fee);
                CountFee(tx, fee);
                return $"{status} {i} {fee} []";
            }
        }

        Remember(envelope, account, key, content);
        return $"Ok  {full} [{string.Join(",", claims)}]";
    }

    private BigInteger ContentFee(Transaction tx)
    {
        BigInteger fee = tx.FeePayer is null ? 0 : 5_000;
        foreach (var operation in tx.Operations)
        {
            fee += operation switch
            {
                Operation.Transfer => governance.Charged[1],
                Operation.CastVote => governance.Charged[90],
                Operation.CreateAsset => 1_000_000,
                Operation.OpenChannel or Operation.Freeze => 20_000,
                Operation.StartStream or Operation.LockEscrow or Operation.GrantMandate => 20_000,
                Operation.ReleaseEscrow release => 10_000 + 5_000 * release.Attestations.Count,
                Operation.TransferWithAuthorization or Operation.ReceiveWithAuthorization or Operation.Permit => 15_000,
                Operation.CancelAuthorization => 200_000,
                Operation.DepositX402ChannelWithAuthorization => 15_000,
                Operation.ClaimX402Channels claims =>
                    10_000 * claims.Claims.Count + (claims.Signature is null ? 0 : 5_000),
                Operation.RefundX402Channel refund => refund.Authorization is null ? 10_000 : 15_000,
                Operation.ClaimChannels claims => claims.Claims.Sum(claim =>
                    5_000 + (claim.Proof is null ? 0 : 5_000)
                    + 1_000 * (((claim.Tick?.Position ?? 0) + (claim.Tick is null ? 0 : claim.Path.Count) + 63) / 64)),
                _ => 10_000,
            };
        }

        return fee;
    }

    private bool Reserved(string? address) =>
        address == feeAccount || address == Address.Zero.ToString() || assets.Contains(address!);

    private static string? NewAccount(Operation operation) => operation switch
    {
        Operation.Transfer transfer => transfer.To.ToString(),
        Operation.Mint mint => mint.To.ToString(),
        Operation.OpenChannel open => open.Payee.ToString(),
        Operation.StartStream start => start.Payee.ToString(),
        Operation.LockEscrow escrow => escrow.Payee.ToString(),
        Operation.TransferWithAuthorization pay => pay.Authorization.To.ToString(),
        Operation.ReceiveWithAuthorization pay => pay.Authorization.To.ToString(),
        Operation.TransferFrom take => take.To.ToString(),
        Operation.Permit permit => permit.Owner.ToString(),
        _ => ConfigOf(operation)?.Receiver.ToString(),
    };

    private string Run(Transaction tx, int index, string account, ClaimTruth[] truths, List<string> claims)
    {
        switch (tx.Operations[index])
        {
            case Operation.Transfer transfer:
                return Transfer(
                    account, transfer.To.ToString(), transfer.Asset.ToString(), (BigInteger)transfer.Amount.Atomic);
            case Operation.CreateAsset or Operation.Mint or Operation.Burn or Operation.Freeze or Operation.Unfreeze:
                return RunAsset(tx, index, account);
            case Operation.StartStream or Operation.TopUpStream or Operation.StopStream or Operation.WithdrawStream:
                return RunStream(tx, index, account);
            case Operation.LockEscrow or Operation.ReleaseEscrow or Operation.RefundEscrow:
                return RunEscrow(tx, index, account);
            case Operation.GrantMandate or Operation.RevokeMandate:
                return RunMandate(tx, index, account);
            case Operation.OpenChannel open:
                return Open(tx, index, account, open);
            case Operation.CastVote vote:
                (governance, var result) = governance.Vote(account, vote.Proposal);
                return result;
            case Operation.TopUpChannel top:
                return TopUp(account, top.Channel.ToString(), (BigInteger)top.Amount.Atomic);
            case Operation.ClaimChannels operation:
                for (var i = 0; i < truths.Length; i++)
                {
                    claims.Add(Claim(operation.Claims[i].Voucher, truths[i]));
                }

                return "Ok";
            case Operation.CloseChannel close:
                return !lines.TryGetValue(close.Channel.ToString(), out var closed) ? "ChannelUnknown"
                    : closed.Payee != account ? "NotPayee"
                    : End(close.Channel.ToString());
            case Operation.RequestChannelClose request:
                var id = request.Channel.ToString();
                if (!lines.TryGetValue(id, out var line))
                {
                    return "ChannelUnknown";
                }

                if (line.Payer != account || line.FreeAt is not null)
                {
                    return line.Payer != account ? "NotPayer" : "ChannelClosing";
                }

                lines[id] = line with { FreeAt = Uptime + line.Grace };
                return "Ok";
            case Operation.WithdrawChannel withdraw:
                return !lines.TryGetValue(withdraw.Channel.ToString(), out var ending) ? "ChannelUnknown"
                    : ending.Payer != account ? "NotPayer"
                    : ending.FreeAt is null ? "ChannelNotClosing"
                    : Uptime < ending.FreeAt ? "GraceRunning"
                    : End(withdraw.Channel.ToString());
            case Operation.TransferWithAuthorization pay:
                return Pay(pay.Authorization, truths);
            case Operation.ReceiveWithAuthorization pay:
                return pay.Authorization.To.ToString() == account ? Pay(pay.Authorization, truths) : "NotRecipient";
            case Operation.CancelAuthorization cancel:
                return Cancel(cancel, truths);
            case Operation.Approve approve:
                return Approve(account, approve);
            case Operation.TransferFrom take:
                return Take(account, take);
            case Operation.Permit permit:
                return Permit(permit, truths);
            case var operation:
                return RunX402(operation, account, truths, claims);
        }
    }

    private string Transfer(string from, string to, string asset, BigInteger amount)
    {
        if (!assets.Contains(asset) || amount == 0 || Reserved(to) || Spend(from, asset, amount) != "Ok")
        {
            return !assets.Contains(asset) ? "AssetUnknown"
                : amount == 0 ? "AmountIsZero"
                : Reserved(to) ? "RecipientReserved" : Spend(from, asset, amount);
        }

        known.Add(to);
        Move(from, to, asset, amount);
        return "Ok";
    }

    private string Open(Transaction tx, int index, string account, Operation.OpenChannel open)
    {
        var (asset, payee, id) = (open.Asset.ToString(), open.Payee.ToString(), tx.ChannelIdAt(index).ToString());
        var deposit = (BigInteger)open.Deposit.Atomic;
        var mismatch = open.FirstVoucher is { } v && (v.Channel.ToString() != id || v.Network.ChainId != 402402);
        var status = !assets.Contains(asset) ? "AssetUnknown"
            : deposit == 0 ? "AmountIsZero"
            : Reserved(payee) ? "RecipientReserved"
            : payee == account ? "PayeeIsPayer"
            : open.GraceMs < 5_000 ? "GraceTooShort"
            : open.GraceMs > 50_000 ? "GraceTooLong"
            : mismatch ? "FirstVoucherMismatch"
            : Spend(account, asset, deposit);
        if (status == "Ok")
        {
            known.Add(payee);
            money[account + asset] -= deposit;
            lines[id] = new Line(
                account, payee, LedgerWorld.KeyOf(open.VoucherKey.Address), asset, deposit, 0, open.GraceMs,
                open.FirstVoucher, null);
        }

        return status;
    }

    private string TopUp(string account, string id, BigInteger amount)
    {
        if (!lines.TryGetValue(id, out var line))
        {
            return "ChannelUnknown";
        }

        var status = amount == 0 ? "AmountIsZero"
            : line.FreeAt is not null ? "ChannelClosing"
            : line.Deposit + amount > Largest ? "DepositTooLarge"
            : Spend(account, line.Asset, amount);
        if (status == "Ok")
        {
            money[account + line.Asset] -= amount;
            lines[id] = line with { Deposit = line.Deposit + amount };
        }

        return status;
    }

    private string Claim(Voucher voucher, ClaimTruth truth)
    {
        var id = voucher.Channel.ToString();
        var refusal = voucher.Network.ChainId != 402402 ? "WrongNetwork"
            : !lines.TryGetValue(id, out var line) ? "ChannelUnknown"
            : truth.Signed && truth.SigningKey != line.Key ? "KeyWrong"
            : !truth.Signed && line.First != voucher ? "SignatureMissing"
            : truth.Flaw != "" ? truth.Flaw
            : truth.Value <= line.Claimed ? "NothingNew"
            : line.Claimed == line.Deposit ? "DepositSpent" : null;
        if (refusal is not null)
        {
            return refusal + ":0";
        }

        var old = lines[id];
        var claimed = BigInteger.Min(truth.Value, old.Deposit);
        var paid = claimed - old.Claimed;
        lines[id] = old with { Claimed = claimed };
        money[old.Payee + old.Asset] = Balance(old.Payee, old.Asset) + paid;
        return (truth.Value > old.Deposit ? "PaidUpToDeposit:" : "Paid:") + paid;
    }

    private string End(string id)
    {
        var line = lines[id];
        money[line.Payer + line.Asset] = Balance(line.Payer, line.Asset) + line.Deposit - line.Claimed;
        lines.Remove(id);
        return "Ok";
    }

    private void Move(string from, string to, string asset, BigInteger amount)
    {
        money[from + asset] = Balance(from, asset) - amount;
        money[to + asset] = Balance(to, asset) + amount;
    }
}
