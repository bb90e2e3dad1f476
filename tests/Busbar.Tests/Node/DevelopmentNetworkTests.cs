using System.Text.Json;
using Busbar.Api;
using Busbar.Ledger;
using Busbar.Node;
using Busbar.Transactions;

namespace Busbar.Tests.Node;

public sealed class DevelopmentNetworkTests
{
    [Fact]
    public void Every_account_has_a_million_dollars_and_every_validator_a_thousand_for_its_votes()
    {
        var genesis = DevelopmentNetwork.CreateGenesis(5, 4, new UnixTime(1_700_000_000_000));
        Assert.Equal(GenesisStatus.Valid, genesis.Check());
        Assert.Equal(9, genesis.Balances.Count);
        Amount Of(Address account) => genesis.Balances.Single(balance => balance.Account == account).Amount;
        Assert.All(Enumerable.Range(0, 5), index => Assert.Equal(
            new Amount(1_000_000_000_000_000), Of(DevelopmentKeys.Account(index).Address)));
        Assert.All(Enumerable.Range(0, 4), index => Assert.Equal(
            new Amount(1_000_000_000_000), Of(DevelopmentKeys.Validator(index).Address)));
    }

    [Fact]
    public async Task A14_what_a_vote_decides_is_an_event_of_the_validator()
    {
        await using var network = await LocalNetwork.StartAsync(
            new LocalNetworkOptions { Validators = 1 }, TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = network.Api };
        var validator = DevelopmentKeys.Validator(0);
        var proposal = new Proposal.ScheduleUpgrade(2, 1_000_000_000);
        var vote = TestPayments.Transfer(validator, Address.Zero, 0) with
        {
            Operations = [new Operation.CastVote(proposal)],
        };
        await TestPayments.PayAsync(http, TestPayments.Sign(validator, vote));

        using var response = await http.GetAsync(
            new Uri($"/v1/accounts/{validator.Address}/events", UriKind.Relative),
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken);
        using var reader = new StreamReader(
            await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
        string? line;
        do
        {
            line = await reader.ReadLineAsync(TestContext.Current.CancellationToken);
            Assert.NotNull(line);
        }
        while (!line.StartsWith("data: ", StringComparison.Ordinal));

        var decided = JsonSerializer.Deserialize(line[6..], ApiJson.Default.LedgerEvent)!;
        Assert.Equal("proposalDecided", decided.Kind);
        Assert.Equal(proposal.Digest().ToString(), decided.Reference);
        Assert.Equal("0", decided.Atomic);
    }
}
