using System.Reflection;
using Busbar.Client;
using Busbar.Consensus;
using Busbar.Http402;
using Busbar.Ledger;
using Busbar.Node;
using Busbar.Simulation.Fuzzing;
using Busbar.Transactions;

namespace Busbar.Tests.Simulation;

/// <summary>Damaged inputs on what takes bytes from outside, and the fuzzer on faults that are there.</summary>
public sealed class FuzzTests
{
    private const ulong Inputs = 100_000;
    private static readonly Lazy<IReadOnlyList<FuzzTarget>> Targets = new(FuzzTargets.Create);

    // What takes bytes or text from outside, and the target that tries it.
    private static readonly Dictionary<string, string> Tried = new()
    {
        ["Address.TryParse"] = "address",
        ["Amount.TryParseAtomic"] = "amount",
        ["Amount.TryParseUnits"] = "units",
        ["BestToken.TryDecode"] = "best-token",
        ["Certificate.TryDecode"] = "certificate",
        ["ChannelId.TryParse"] = "channel",
        ["EscrowId.TryParse"] = "escrow",
        ["EventId.TryParse"] = "event-id",
        ["EvmCharge.TryParse"] = "evm-credential",
        ["EvmCredential.TryDecode"] = "evm-credential",
        ["AuthorizationJson.TryRead"] = "evm-credential",
        ["Genesis.TryDecode"] = "genesis",
        ["Hash256.TryParse"] = "hash",
        ["HeaderBytes.TryDecode"] = "tick-header",
        ["Hex.TryParse"] = "hex",
        ["IntentId.TryParse"] = "intent",
        ["JournalRecord.TryDecode"] = "journal-record",
        ["JsonFields.TryParse"] = "payment-terms",
        ["KeyText.TryParse"] = "key",
        ["LedgerProof.TryDecode"] = "proof",
        ["Message.TryDecode"] = "message",
        ["NetworkId.TryParse"] = "network",
        ["PaymentReceipt.TryDecode"] = "payment-receipt",
        ["PaymentTerms.TryParse"] = "payment-terms",
        ["PeerMessage.TryDecode"] = "peer-message",
        ["RawTransaction.TryDecode"] = "raw-transaction",
        ["SignedTransaction.TryDecode"] = "transaction",
        ["SignedVote.TryDecode"] = "vote",
        ["StateKey.TryParseIntent"] = "state-key",
        ["StoredBlock.TryDecode"] = "block",
        ["StreamId.TryParse"] = "stream",
        ["TickHeader.TryDecode"] = "tick-header",
        ["VoucherHeader.TryDecode"] = "voucher-header",
        ["X402Exact.TryRead"] = "x402-offer",
        ["X402Headers.TryDecode"] = "x402-offer",
        ["X402Payment.TryDecode"] = "x402-payment",
        ["X402Settlement.TryDecode"] = "x402-settlement",
    };

    // What reads a file of the node's own, whose damage has tests of its own, or the keys of its own state.
    private static readonly string[] Inside =
    [
        "JournalMark.TryRead", "PeerCertificate.TryRead", "StateKey.TryParseAddress", "StateKey.TryParseAllowance",
        "StateKey.TryParseAuthorization", "StateKey.TryParseBalance", "StateKey.TryParseChannel",
        "StateKey.TryParseEscrow", "StateKey.TryParseGovernance", "StateKey.TryParseHash", "StateKey.TryParseMandate",
        "StateKey.TryParseStream",
    ];

    [Fact]
    public void E1_E5_E9_L20_L30_damaged_inputs_throw_nothing_have_one_form_and_a_refusal_changes_nothing()
    {
        var fuzzer = new Fuzzer(1, Targets.Value);
        for (var number = 0UL; number < Inputs; number++)
        {
            if (fuzzer.Try(number) is { } finding)
            {
                Assert.Fail($"{finding.Target}, input {number}: {finding.Problem} {Hex.Format(finding.Input)}");
            }
        }

        // Both ways out of every target were met, and of the ledger all three.
        foreach (var target in Targets.Value.Where(one => one.Name is not ("apply" or "payment-problem")))
        {
            Assert.True(fuzzer.Outcomes.GetValueOrDefault((target.Name, "accepted")) > 50, target.Name);
            Assert.True(fuzzer.Outcomes.GetValueOrDefault((target.Name, "refused")) > 50, target.Name);
        }

        foreach (var outcome in (string[])["refused", "failed", "succeeded"])
        {
            Assert.True(fuzzer.Outcomes.GetValueOrDefault(("apply", outcome)) > 100, outcome);
        }
    }

    [Fact]
    public void L1_every_kind_of_operation_is_among_the_inputs()
    {
        var world = new FuzzWorld();
        Assert.Empty(Enum.GetValues<OperationCode>().Except([OperationCode.Unset]).Except(world.Succeeded));
        Assert.True(world.State.IsConserved());
    }

    [Fact]
    public void Everything_that_takes_bytes_from_outside_is_tried()
    {
        Assembly[] assemblies =
        [
            typeof(Hex).Assembly, typeof(LedgerState).Assembly, typeof(Replica).Assembly, typeof(NodeHost).Assembly,
            typeof(BusbarClient).Assembly,
        ];
        const BindingFlags Declared =
            BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        string[] names = ["TryDecode", "TryParse", "TryRead"];
        var found = assemblies.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.Namespace?.StartsWith("Busbar", StringComparison.Ordinal) == true)
            .SelectMany(type => type.GetMethods(Declared))
            .Where(method => !method.IsPrivate && names.Any(name =>
                method.Name.StartsWith(name, StringComparison.Ordinal)))
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}")
            .Distinct()
            .Order(StringComparer.Ordinal);
        Assert.Equal(Tried.Keys.Concat(Inside).Order(StringComparer.Ordinal), found);
        Assert.Empty(Tried.Values.Except(Targets.Value.Select(target => target.Name)));
    }

    [Fact]
    public void A_decoder_that_throws_takes_two_forms_or_allocates_too_much_is_found()
    {
        byte[] good = [1, 2, 3, 4];
        Assert.Contains("planted", Find(new DecoderTarget("throws", [good], bytes =>
            bytes.Contains((byte)0x17) ? throw new InvalidOperationException("planted") : bytes)),
            StringComparison.Ordinal);
        Assert.Contains("encoded again", Find(new DecoderTarget("two forms", [good], bytes =>
            bytes.Length == 5 ? bytes[..4] : bytes)), StringComparison.Ordinal);
        Assert.Contains("allocated", Find(new DecoderTarget("greedy", [good], bytes =>
            bytes.Length > 0 && bytes[0] == 0xFF ? new byte[1 << 20] : bytes)), StringComparison.Ordinal);
    }

    [Fact]
    public void L20_a_ledger_that_changes_when_it_refuses_is_found()
    {
        var world = new FuzzWorld();
        var later = new UnixTime(world.Time.Ms + 120_000);
        var target = new ApplyTarget(world, 1, state => state.Begin(later, state.UptimeAt(later)));
        Assert.Contains(world.Transactions, one => target.Try(one).Problem == "refused, and the state changed");
    }

    private static string Find(FuzzTarget target)
    {
        var fuzzer = new Fuzzer(1, [target]);
        for (var number = 0UL; number < 10_000; number++)
        {
            if (fuzzer.Try(number) is { } finding)
            {
                Assert.Equal(finding.Input, new Fuzzer(1, [target]).Try(number)!.Input);
                return finding.Problem;
            }
        }

        return "nothing was found";
    }
}
