using System.Reflection;
using Busbar.AspNetCore;
using Busbar.Client;
using Busbar.Consensus;
using Busbar.Http402;
using Busbar.Ledger;
using Busbar.Node;
using Busbar.Simulation;
using Busbar.Simulation.Fuzzing;
using Busbar.Transactions;

namespace Busbar.Tests.Simulation;

/// <summary>A short share of what `busbar fuzz` runs by the million, and that it finds what it is there for.</summary>
public sealed class FuzzTests
{
    private const ulong ShortRun = 100_000;

    // Decoders without a target, and why.
    private static readonly Dictionary<string, string> Exempt = new()
    {
        ["JournalMark.TryRead"] = "takes the path of a file that the node itself wrote",
        ["PeerCertificate.TryRead"] = "takes a certificate that the platform has parsed",
    };

    [Fact]
    public void E1_E5_E9_L20_L30_damaged_inputs_throw_nothing_have_one_form_and_a_refusal_changes_nothing()
    {
        var run = new FuzzRun(new FuzzOptions { Seed = 20, Count = ShortRun });
        run.Take(ShortRun);
        Assert.True(
            run.Findings.Count == 0,
            string.Join('\n', run.Findings.Select(finding =>
                $"busbar fuzz --seed 20 --from {finding.Number} --count 1: {finding.Target}: {finding.Message}")));

        // A run of which nothing gets anywhere proves nothing.
        foreach (var tally in run.Tallies.Skip(1))
        {
            var taken = tally.Counts.GetValueOrDefault("decoded") + tally.Counts.GetValueOrDefault("opened");
            Assert.True(taken * 20 > tally.Inputs && taken < tally.Inputs, $"{tally.Name}: {taken} of {tally.Inputs}");
        }

        var ledger = run.Tallies[0];
        Assert.InRange(ledger.Inputs, ShortRun / 25, ShortRun / 16);
        Assert.True(ledger.Counts["verified"] * 10 > ledger.Inputs * 9);
        Assert.True(ledger.Counts["succeeded"] * 5 > ledger.Inputs);
        Assert.True(ledger.Counts["failed"] * 5 > ledger.Inputs);
        Assert.True(ledger.Counts["refused by the ledger"] * 10 > ledger.Inputs);
        Assert.Equal(AllOperations, ((ApplyTarget)run.Targets[0]).Succeeded.Keys);
    }

    [Fact]
    public void Every_decoder_has_a_target_or_a_reason_and_every_target_a_decoder()
    {
        Assembly[] sources =
        [
            typeof(Address).Assembly, typeof(LedgerState).Assembly, typeof(Message).Assembly,
            typeof(NodeLimits).Assembly, typeof(BusbarClient).Assembly, typeof(BusbarOptions).Assembly,
        ];
        const BindingFlags Methods =
            BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic
            | BindingFlags.DeclaredOnly;
        var methods = sources.SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(Methods))
            .Where(method => method.DeclaringType!.FullName!.StartsWith("Busbar.", StringComparison.Ordinal))
            .ToArray();
        var decoders = methods
            .Where(method => method.IsStatic && (method.IsPublic || method.IsAssembly)
                && new[] { "TryDecode", "TryParse", "TryRead" }.Any(
                    name => method.Name.StartsWith(name, StringComparison.Ordinal)))
            .Select(NameOf);
        var covered = FuzzTargets.Make().SelectMany(target => target.Covers).ToHashSet();
        string[] untried = [.. decoders.Except(covered).Except(Exempt.Keys)];
        Assert.Empty(untried);
        string[] gone = [.. covered.Concat(Exempt.Keys).Except(methods.Select(NameOf))];
        Assert.Empty(gone);
    }

    [Fact]
    public void The_world_has_samples_of_every_operation_that_succeed_and_an_object_of_every_kind()
    {
        var world = new FuzzWorld();
        Assert.Equal(AllOperations, world.Samples.Select(sample => sample.Code).Distinct());
        foreach (var sample in world.Samples)
        {
            var (inclusion, _) = world.State.TryOut(LedgerWorld.Check(sample.Transaction), world.Time);
            Assert.Equal(InclusionStatus.Included, inclusion);
        }

        byte[] kinds =
        [
            .. typeof(StateKey).GetFields(BindingFlags.Public | BindingFlags.Static)
                .Where(field => field.Name.EndsWith("Kind", StringComparison.Ordinal))
                .Select(field => (byte)field.GetRawConstantValue()!),
        ];
        Assert.Equal(kinds.Order(), world.State.Entries().Select(entry => entry.Key[0]).Distinct().Order());
    }

    [Fact]
    public void Every_valid_input_is_taken_by_its_target()
    {
        foreach (var target in FuzzTargets.Make())
        {
            target.WarmUp();
            foreach (var input in target.Corpus)
            {
                target.Run(input);
            }

            Assert.Equal(0UL, target.Counts.GetValueOrDefault("refused"));
            Assert.Equal(0UL, target.Counts.GetValueOrDefault("refused by the decoder"));
        }
    }

    [Fact]
    public void The_same_seed_and_numbers_give_the_same_inputs_whatever_was_taken_before()
    {
        static List<string> InputsOf(ulong from)
        {
            var log = new List<string>();
            var run = new FuzzRun(
                new FuzzOptions { Seed = 5, From = from, Count = 1_000 - from },
                [.. FuzzTargets.Make().Select(target => new LoggedTarget(target, log))]);
            run.Take(1_000);
            Assert.Empty(run.Findings);
            return log;
        }

        var all = InputsOf(0);
        Assert.Equal(1_000, all.Count);
        Assert.Equal(all[700..], InputsOf(700));
        Assert.True(all.Distinct().Count() > 900);
    }

    [Fact]
    public void A_decoder_that_throws_on_one_pattern_is_found_and_its_number_repeats_it()
    {
        var finding = Find(input => input.AsSpan().IndexOf([(byte)0x82, (byte)0xFF]) >= 0
            ? throw new InvalidOperationException("planted")
            : SignedVote.TryDecode(input));
        Assert.Contains("planted", finding.Message, StringComparison.Ordinal);
        var again = Find(
            input => input.AsSpan().SequenceEqual(finding.Input.Span)
                ? throw new InvalidOperationException("the same")
                : SignedVote.TryDecode(input),
            finding.Number,
            1);
        Assert.Contains("the same", again.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_decoder_that_allocates_what_a_length_promises_is_found()
    {
        var kept = new List<byte[]>();
        var finding = Find(input =>
        {
            var items = CborItems.Find(input);
            kept.Add(new byte[Math.Min(1_000_000UL, items.Count > 1 ? items[^1].Value * 1_000 : 0)]);
            return SignedVote.TryDecode(input);
        });
        Assert.Contains("allocated", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_decoder_that_takes_a_second_form_is_found()
    {
        var finding = Find(input => SignedVote.TryDecode(input)
            ?? (input.Length > 0 ? SignedVote.TryDecode(input.AsSpan(0, input.Length - 1)) : null));
        Assert.Contains("encodes to other bytes", finding.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("refused, and stands in the block")]
    [InlineData("included twice")]
    [InlineData("another receipt in the block")]
    [InlineData("included without a receipt")]
    public void A_ledger_that_keeps_what_it_refuses_or_takes_it_twice_is_found(string message)
    {
        var run = Of((world, mutator, values) =>
            new ApplyTarget(world, new TransactionMaker(world, mutator, values), Plant(message)));
        run.Take(2_000);
        Assert.Contains(run.Findings, finding => finding.Message.StartsWith(message, StringComparison.Ordinal));
    }

    private static IEnumerable<OperationCode> AllOperations =>
        Enum.GetValues<OperationCode>().Except([OperationCode.Unset]).Order();

    private static string NameOf(MethodInfo method) => method.DeclaringType!.Name + "." + method.Name;

    private static FuzzApply Plant(string fault) =>
        (BlockExecution block, Verified<CheckedTransaction> transaction, out Receipt? receipt) =>
        {
            var count = block.Count;
            var status = block.Apply(transaction, out receipt);
            switch (fault)
            {
                case "refused, and stands in the block" when status == InclusionStatus.Included:
                    receipt = null;
                    return InclusionStatus.FeeNotPayable;
                case "included twice" when count == 1:
                    return InclusionStatus.Included;
                case "another receipt in the block" when receipt?.Status == TransactionStatus.Ok:
                    receipt = receipt with { Fee = Amount.Zero };
                    return status;
                case "included without a receipt":
                    receipt = null;
                    return status;
                default:
                    return status;
            }
        };

    private static FuzzRun Of(
        Func<FuzzWorld, Mutator, FuzzValues, FuzzTarget> make, ulong from = 0, ulong count = 20_000)
    {
        var world = new FuzzWorld();
        var values = new FuzzValues();
        foreach (var sample in world.Samples)
        {
            values.Add(sample.Encoded);
        }

        return new FuzzRun(
            new FuzzOptions { Seed = 3, From = from, Count = count }, [make(world, new Mutator(values), values)]);
    }

    private static FuzzFinding Find(Func<byte[], SignedVote?> decode, ulong from = 0, ulong count = 20_000)
    {
        var run = Of(
            (_, mutator, _) => new FuzzSources(mutator).Cbor(
                "planted",
                FuzzCorpus.Votes.Select(vote => vote.Encode()),
                (byte[] input, out SignedVote value) => (value = decode(input)!) is not null,
                value => value.Encode()),
            from,
            count);
        run.Take(count);
        return run.Findings[0];
    }

    private sealed class LoggedTarget(FuzzTarget inner, List<string> log) : FuzzTarget(inner.Name)
    {
        public override IReadOnlyList<byte[]> Corpus => inner.Corpus;

        public override byte[] Make(SimulatedRandom random)
        {
            var input = inner.Make(random);
            log.Add(Name + Convert.ToHexString(input));
            return input;
        }

        public override void Run(byte[] input) => inner.Run(input);

        public override void WarmUp() => inner.WarmUp();
    }
}
