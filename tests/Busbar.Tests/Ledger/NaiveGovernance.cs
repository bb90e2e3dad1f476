using System.Collections.Immutable;
using System.Numerics;
using Busbar.Keys;
using Busbar.Transactions;

namespace Busbar.Tests.Ledger;

/// <summary>
/// The rules L-80 to L-88 again: keys as text, the ballots as a list of votes in the order in which they were cast. A
/// value, so that rolling back is keeping the old one.
/// </summary>
internal sealed record NaiveGovernance(
    BigInteger Height,
    BigInteger Epoch,
    bool Ended,
    ImmutableList<PublicKey> Now,
    ImmutableList<PublicKey> Next,
    BigInteger Version,
    (BigInteger Version, BigInteger Height)? Waiting,
    ImmutableList<(string Proposal, string Voter)> Votes)
{
    /// <summary>Fee units by the number of the price, as far as the walk changes them.</summary>
    public ImmutableDictionary<int, BigInteger> Prices { get; init; } =
        ImmutableDictionary<int, BigInteger>.Empty.Add(1, 10_000).Add(90, 10_000);

    public ImmutableSortedDictionary<int, (BigInteger Units, BigInteger From)> Raises { get; init; } =
        ImmutableSortedDictionary<int, (BigInteger, BigInteger)>.Empty;

    /// <summary>What the fees of this block are counted with: the prices before it.</summary>
    public ImmutableDictionary<int, BigInteger> Charged { get; init; } =
        ImmutableDictionary<int, BigInteger>.Empty.Add(1, 10_000).Add(90, 10_000);

    private BigInteger Time { get; init; }

    public static NaiveGovernance Start(IEnumerable<PublicKey> keys) =>
        new(0, 0, false, [.. keys], [.. keys], 1, null, []);

    public NaiveGovernance NextBlock(BigInteger time)
    {
        var after = NextBlock();
        foreach (var (price, raise) in after.Raises.Where(raise => raise.Value.From <= time))
        {
            after = after with
            {
                Prices = after.Prices.SetItem(price, raise.Units),
                Raises = after.Raises.Remove(price),
            };
        }

        return after with { Charged = Prices, Time = time };
    }

    private NaiveGovernance NextBlock()
    {
        var due = Waiting is { } upgrade && upgrade.Height == Height + 1;
        return this with
        {
            Height = Height + 1,
            Ended = false,
            Now = Next,
            Version = due ? Waiting!.Value.Version : Version,
            Waiting = due ? null : Waiting,
        };
    }

    public (NaiveGovernance After, string Status) Vote(string account, Proposal proposal)
    {
        var text = proposal.ToString();
        var voters = Votes.Where(vote => vote.Proposal == text).Select(vote => vote.Voter).ToArray();
        var status = Now.All(key => key.Address.ToString() != account) ? "NotAValidator"
            : Ended ? "EpochEnding"
            : Refusal(proposal) is { } refusal ? refusal
            : voters.Contains(account) ? "VoteAlreadyCast"
            : voters.Length == 0 && OpenedBy(account) >= Math.Min(8, 256 / Now.Count) ? "TooManyBallots"
            : "Ok";
        if (status != "Ok")
        {
            return (this, status);
        }

        var faulty = Enumerable.Range(0, Now.Count).Last(f => 3 * f + 1 <= Now.Count);
        return voters.Length + 1 < Now.Count - faulty
            ? (this with { Votes = Votes.Add((text, account)) }, "Ok")
            : (Decide(proposal), "Ok");
    }

    public override string ToString()
    {
        var ballots = Votes.GroupBy(vote => vote.Proposal, vote => Now.FindIndex(key => IsOf(key, vote.Voter)))
            .Select(ballot => $"{ballot.Key} {ballot.First()} {string.Join(",", ballot.Order())}")
            .Order(StringComparer.Ordinal);
        var waiting = Waiting is { } upgrade ? $"{upgrade.Version}@{upgrade.Height}" : "none";
        var raises = string.Join(",", Raises.Select(raise => $"{raise.Key}:{raise.Value.Units}@{raise.Value.From}"));
        return $"{Height} {Epoch} {Ended} {Version} {waiting} {Prices[1]} {Prices[90]} [{raises}] "
            + $"{string.Join(" ", Next)}\n{string.Join("\n", ballots)}";
    }

    private static bool IsOf(PublicKey key, string account) => key.Address.ToString() == account;

    private int OpenedBy(string account) =>
        Votes.DistinctBy(vote => vote.Proposal).Count(vote => vote.Voter == account);

    private string? Refusal(Proposal proposal) => proposal switch
    {
        Proposal.AddValidator add => Now.Contains(add.Key) ? "ValidatorExists"
            : Now.Count >= 200 ? "TooManyValidators" : null,
        Proposal.RemoveValidator remove => !Now.Contains(remove.Key) ? "ValidatorUnknown"
            : Now.Count < 2 ? "LastValidator" : null,
        Proposal.ReplaceValidator replace => !Now.Contains(replace.OldKey) ? "ValidatorUnknown"
            : Now.Contains(replace.NewKey) ? "ValidatorExists" : null,
        Proposal.ScheduleUpgrade upgrade =>
            Waiting is not null || upgrade.ProtocolVersion - Version != 1 || upgrade.Height - Height < 100
                ? "UpgradeNotAhead" : null,
        Proposal.SetPrice set => RefusalOf((int)set.Price, set.FeeUnits),
        _ => throw new InvalidOperationException("a new proposal needs its place in the model"),
    };

    private string? RefusalOf(int price, BigInteger units)
    {
        if (!Prices.TryGetValue(price, out var present))
        {
            return "PriceUnknown";
        }

        var raised = units - present;
        return raised == 0 && !Raises.ContainsKey(price) ? "PriceUnchanged"
            : units > 100_000 ? "PriceAboveCeiling"
            : raised > 1 && raised * 10 > present ? "PriceStepTooLarge"
            : raised > 0 && Raises.ContainsKey(price) ? "PriceChangeWaits"
            : null;
    }

    private NaiveGovernance WithPrice(Proposal.SetPrice set)
    {
        var price = (int)set.Price;
        var open = Votes.RemoveAll(vote => vote.Proposal.StartsWith("SetPrice", StringComparison.Ordinal)
            && vote.Proposal.Contains($" Price = {set.Price},", StringComparison.Ordinal));
        return set.FeeUnits > Prices[price]
            ? this with { Raises = Raises.SetItem(price, (set.FeeUnits, Time + 7 * 24 * 3_600_000)), Votes = open }
            : this with { Prices = Prices.SetItem(price, set.FeeUnits), Raises = Raises.Remove(price), Votes = open };
    }

    private NaiveGovernance Decide(Proposal proposal) => proposal switch
    {
        Proposal.AddValidator add => WithSet(Next.Add(add.Key)),
        Proposal.RemoveValidator remove => WithSet(Next.Remove(remove.Key)),
        Proposal.ReplaceValidator replace => WithSet(Next.Replace(replace.OldKey, replace.NewKey)),
        Proposal.ScheduleUpgrade upgrade => this with
        {
            Waiting = (upgrade.ProtocolVersion, upgrade.Height),
            Votes = Votes.RemoveAll(vote => vote.Proposal.StartsWith("ScheduleUpgrade", StringComparison.Ordinal)),
        },
        Proposal.SetPrice set => WithPrice(set),
        _ => throw new InvalidOperationException("a new proposal needs its place in the model"),
    };

    private NaiveGovernance WithSet(ImmutableList<PublicKey> set) =>
        this with { Next = set, Epoch = Epoch + 1, Ended = true, Votes = [] };
}
