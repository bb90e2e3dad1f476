using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Simulation.Model;
using Busbar.Transactions;

namespace Busbar.Simulation.Fuzzing;

/// <summary>
/// Transactions whose content was damaged, signed anew so that they pass the check of signatures, on a ledger that has
/// something of every kind: a refusal changes nothing, a failure only what the spec says, and no value is made or lost.
/// </summary>
internal sealed class ApplyTarget : FuzzTarget
{
    private const ulong StepMs = 1_000;

    private readonly LedgerState state;
    private readonly Func<LedgerState, BlockExecution> begin;
    private readonly Dictionary<string, string> untouched;
    private readonly Hash256 untouchedRoot;

    public ApplyTarget(FuzzWorld world, int weight, Func<LedgerState, BlockExecution>? begin = null)
        : base("apply", world.Transactions, weight)
    {
        state = world.State;
        var time = new UnixTime(state.Time.Ms + StepMs);
        this.begin = begin ?? (before => before.Begin(time, before.UptimeAt(time)));
        var empty = state.Begin(time, state.UptimeAt(time)).Seal();
        untouched = EntriesOf(empty.State);
        untouchedRoot = empty.StateRoot;
    }

    public override bool Reaches(byte[] input) => SignedTransaction.TryDecode(input, out _) == DecodeError.Unset;

    public override FuzzVerdict Try(byte[] input)
    {
        if (SignedTransaction.TryDecode(input, out var decoded) != DecodeError.Unset)
        {
            return new FuzzVerdict("undecodable");
        }

        var signed = Renew(decoded!.Value, input);
        var status = TransactionVerifier.TryVerify(
            new Unverified<SignedTransaction>(signed), LedgerWorld.Network, out var verified);
        return status == VerificationStatus.Verified ? Execute(verified!) : new FuzzVerdict("unverified");
    }

    private FuzzVerdict Execute(Verified<CheckedTransaction> verified)
    {
        var block = begin(state);
        if (block.Apply(verified, out var receipt) != InclusionStatus.Included)
        {
            return receipt is not null ? new FuzzVerdict("", "refused, with a receipt")
                : block.Seal().StateRoot != untouchedRoot ? new FuzzVerdict("", "refused, and the state changed")
                : FuzzVerdict.Refused;
        }

        var executed = block.Seal();
        if (!executed.State.IsConserved())
        {
            return new FuzzVerdict("", $"{receipt!.Status}: value was made or lost");
        }

        if (!IsEncodable(receipt!))
        {
            return new FuzzVerdict("", "a receipt that is not read as it was written");
        }

        if (receipt!.Status == TransactionStatus.Ok)
        {
            return new FuzzVerdict("succeeded");
        }

        var after = EntriesOf(executed.State);
        var strange = after
            .Where(entry => untouched.GetValueOrDefault(entry.Key) != entry.Value)
            .Select(entry => entry.Key)
            .Concat(untouched.Keys.Where(key => !after.ContainsKey(key)))
            .FirstOrDefault(key => !MayFailureChange(key, receipt));
        return strange is null
            ? new FuzzVerdict("failed")
            : new FuzzVerdict("", $"{receipt.Status}, and the object {strange} changed");
    }

    // A failure moves a fee, is remembered, and counts against the mandates of whoever acted.
    private static bool MayFailureChange(string key, Receipt receipt)
    {
        Invariant.Check(Hex.TryParse(key, 256, out var bytes));
        var payer = StateKey.OfBalance(new BalanceKey(receipt.FeePayer, receipt.FeeAsset));
        var fees = StateKey.OfBalance(new BalanceKey(FeeAccount.Address, receipt.FeeAsset));
        return bytes.AsSpan().SequenceEqual(payer) || bytes.AsSpan().SequenceEqual(fees)
            || bytes[0] == StateKey.IntentKind
            || (bytes[0] == StateKey.EthereumNonceKind && bytes.AsSpan(1).SequenceEqual(receipt.Account.ToArray()))
            || (bytes[0] == StateKey.MandateKind && receipt.Signer != receipt.Account
                && bytes.AsSpan(1, Address.SizeBytes).SequenceEqual(receipt.Account.ToArray()));
    }

    private static bool IsEncodable(Receipt receipt)
    {
        var writer = new CanonicalWriter();
        receipt.Write(writer);
        var bytes = writer.ToArray();
        var reader = new CanonicalReader(bytes);
        var read = Receipt.Read(ref reader);
        var again = new CanonicalWriter();
        read?.Write(again);
        return reader.Finish() && again.WrittenSpan.SequenceEqual(bytes);
    }

    // Signed by whoever it names, under an intent id of its own, mostly on this network: else all are refused alike.
    private SignedTransaction Renew(SignedTransaction signed, byte[] input)
    {
        if (signed is BareAuthorization or EthereumTransaction)
        {
            return signed;
        }

        // A number that follows from the input alone, so that it can be tried again by itself.
        Span<byte> own = stackalloc byte[Hash256.SizeBytes];
        Hash256.Sha256(input).CopyTo(own);
        var number = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(own);
        var content = signed.Transaction;
        if (number % 16 != 0)
        {
            content = content with { Network = LedgerWorld.Network };
        }

        if (number % 8 != 0)
        {
            var fresh = IntentId.Create(new UnixTime(state.Time.Ms + 60_000), own[..IntentId.NonceSizeBytes]);
            content = content with { IntentId = fresh };
        }

        if (LedgerWorld.KeyOf(content.Signer) < 0)
        {
            var rich = LedgerWorld.AddressOf((int)(number % 4));
            var account = content.Account == content.Signer ? rich : content.Account;
            content = content with { Signer = rich, Account = account };
        }

        content = content with
        {
            FeePayer = content.FeePayer is { } payer && LedgerWorld.KeyOf(payer) < 0
                ? LedgerWorld.AddressOf(3)
                : content.FeePayer,
            MaxFee = number % 32 == 0 ? content.MaxFee : new Amount(1_000_000_000),
        };
        return LedgerWorld.SignAll(content);
    }

    private static Dictionary<string, string> EntriesOf(LedgerState state) =>
        state.Entries().ToDictionary(entry => Hex.Format(entry.Key), entry => Hex.Format(entry.Value!));
}
