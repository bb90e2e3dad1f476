using System.Collections.Concurrent;
using Busbar.Transactions;
using CsCheck;

namespace Busbar.Tests.Ledger;

public sealed class LedgerPropertyTests(ITestOutputHelper output)
{
    // The walks go on until the rarest status was reached often enough: a random count is no reason to fail.
    private const int WalksARound = 160;
    private const int FewestRounds = 2;
    private const int MostRounds = 8;
    private const int LeastReached = 20;
    private static readonly int[] Validators = [1, 3, 4, 200];

    [Fact]
    public void L7_L30_L34_L83_L84_L145_L146_random_blocks_agree_with_a_naive_model_and_reach_every_status()
    {
        var reached = new ConcurrentDictionary<string, int>();
        string[] names =
        [
            .. Enum.GetNames<InclusionStatus>().Select(name => nameof(InclusionStatus) + "." + name),
            .. Enum.GetNames<TransactionStatus>().Select(name => nameof(TransactionStatus) + "." + name),
            .. Enum.GetNames<ClaimStatus>().Select(name => nameof(ClaimStatus) + "." + name),
            "ProtocolVersion",
            "Epoch",
            "PriceRaised",
            "BareAuthorization.Ok",
            "EthereumTransaction.Ok",
            "Delegate.Transfer",
            "Delegate.TopUpChannel",
            "Delegate.GrantMandate",
            "Delegate.Approve",
            "Delegate.TransferFrom",
            "Delegate.Permit",
        ];
        names = [.. names.Where(name => !name.EndsWith(".Unset", StringComparison.Ordinal))];
        var rounds = 0;
        while (rounds < FewestRounds
            || (rounds < MostRounds && names.Any(name => reached.GetValueOrDefault(name) < LeastReached)))
        {
            Walk(reached);
            rounds++;
        }

        output.WriteLine($"{rounds * WalksARound,8} walks");
        foreach (var name in names)
        {
            output.WriteLine($"{reached.GetValueOrDefault(name),8} {name}");
        }

        Assert.All(
            names,
            name => Assert.True(
                reached.GetValueOrDefault(name) >= LeastReached, $"{name}: {reached.GetValueOrDefault(name)}"));
    }

    private static void Walk(ConcurrentDictionary<string, int> reached)
    {
        var number = Gen.Int[0, 1_000_000];
        var step = Gen.Select(
            number, number, number, number, number, (kind, a, b, c, d) => new WalkStep(kind, a, b, c, d));
        step.Array[200, 300].Sample(
            steps =>
            {
                var walk = new LedgerWalk(reached, Validators[steps[0].A % Validators.Length]);
                foreach (var next in steps)
                {
                    walk.Take(next);
                }

                walk.Finish();
            },
            iter: WalksARound);
    }
}
