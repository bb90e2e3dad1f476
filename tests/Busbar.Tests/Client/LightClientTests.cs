using System.Net;
using Busbar.Api;
using Busbar.Client;
using Busbar.Client.Light;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node;
using Busbar.Tests.Node;
using Busbar.Transactions;
using Microsoft.Extensions.Time.Testing;

namespace Busbar.Tests.Client;

/// <summary>A light client of real nodes, of nodes that lie, and of files.</summary>
public sealed class LightClientTests
{
    private static readonly Address Dollar = DevelopmentNetwork.Dollar;

    [Fact]
    public async Task A18_balances_receipts_and_intents_are_proved_also_across_a_change_of_the_validators()
    {
        await using var network = await LocalNetwork.StartAsync(new LocalNetworkOptions { Accounts = 4 });
        using var node = new BusbarClient(network.Api);
        using var http = new HttpClient { BaseAddress = network.Api };
        var genesis = TrustAnchor.Of(GenesisFile.Read(Path.Combine(network.Nodes[0].DataFolder, "genesis.json")));
        var light = new LightClient(node, genesis);
        var (from, to) = (network.Accounts[0], network.Accounts[1].Address);

        var soon = TestPayments.NewIntent(TimeSpan.FromSeconds(2));
        var never = new IntentKey(from.Address, from.Address, soon);
        Assert.Equal(IntentState.Open, (await ProvedAsync(light, http, network, never)).Where);
        var transaction = TestPayments.Transfer(from, to, 7);
        var paid = new IntentKey(from.Address, from.Address, transaction.IntentId);
        await TestPayments.PayAsync(http, TestPayments.Sign(from, transaction));
        var before = light.Anchor.Height;
        Assert.Equal(
            await TestPayments.BalanceAsync(http, to), await light.GetBalanceAsync(to, Dollar));
        Assert.True(light.Anchor.Height > before);
        Assert.Equal(Amount.Zero, await light.GetBalanceAsync(new Address(new byte[20]), Dollar));
        var receipt = await light.GetReceiptAsync(paid);
        Assert.Equal((TransactionStatus.Ok, new Amount(10_000)), (receipt.Status, receipt.Fee));
        var executed = await light.GetIntentAsync(paid);
        Assert.Equal((IntentState.Executed, TransactionStatus.Ok), (executed.Where, executed.Record!.Status));
        Assert.Null(await light.GetObjectAsync(StateKey.OfChannel(new ChannelId(Hash256.Sha256([1])))));

        // :: Three validators vote the fourth out: the proofs of the next epoch hang on the handover.
        await VoteOutAsync(network, http);
        Assert.Equal(0UL, light.Anchor.Validators.Epoch);
        var after = await light.GetBalanceAsync(to, Dollar);
        Assert.Equal(await TestPayments.BalanceAsync(http, to), after);
        Assert.Equal((1UL, 3), (light.Anchor.Validators.Epoch, light.Anchor.Validators.Validators.Count));

        // :: A client that starts at genesis gets there too, and one that was there needs no handover.
        var fresh = new LightClient(node, genesis);
        Assert.Equal(after, await fresh.GetBalanceAsync(to, Dollar));
        Assert.Equal(after, await light.GetBalanceAsync(to, Dollar));

        // :: An intent that expired unpaid.
        await Task.Delay(TimeSpan.FromSeconds(2.1), TestContext.Current.CancellationToken);
        var fate = await ProvedAsync(light, http, network, never);
        Assert.Equal((IntentState.Never, null), (fate.Where, fate.Record));
        var unknown = await Assert.ThrowsAsync<BusbarException>(() => light.GetReceiptAsync(never));
        Assert.Equal("IntentUnknown", unknown.Code);
    }

    [Fact]
    public async Task A18_a_node_that_lies_is_found_out()
    {
        await using var network = await LocalNetwork.StartAsync(
            new LocalNetworkOptions { Accounts = 3, Validators = 1 }, TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = network.Api };
        var (from, to) = (network.Accounts[0], network.Accounts[1].Address);
        await TestPayments.PayAsync(http, TestPayments.SignedTransfer(from, to, 7));
        var genesis = TrustAnchor.Of(GenesisFile.Read(Path.Combine(network.Nodes[0].DataFolder, "genesis.json")));

        using var liar = new Liar();
        using var lied = new HttpClient(liar) { BaseAddress = network.Api };
        using var node = new BusbarClient(lied);
        var light = new LightClient(node, genesis);
        Assert.NotEqual(Amount.Zero, await light.GetBalanceAsync(to, Dollar));

        // :: Any bit of it changed, or the answer to another question.
        foreach (var place in (double[])[0.1, 0.3, 0.5, 0.7, 0.9])
        {
            liar.Change = text => Flip(text, place);
            Assert.Equal("ProofInvalid", await RefusalAsync(light, to));
        }

        liar.Change = null;
        liar.Path = path => path.Replace(
            Hex.Format(to.ToArray())[2..], Hex.Format(from.Address.ToArray())[2..], StringComparison.Ordinal);
        Assert.Equal("ProofInvalid", await RefusalAsync(light, to));

        // :: Yesterday's truth.
        liar.Path = null;
        liar.Replay = true;
        Assert.Equal(await light.GetBalanceAsync(to, Dollar), await light.GetBalanceAsync(to, Dollar));
        liar.Replay = false;
        await TestPayments.PayAsync(http, TestPayments.SignedTransfer(from, to, 7));
        await light.GetBalanceAsync(to, Dollar);
        liar.Replay = true;
        Assert.Equal("ProofOld", await RefusalAsync(light, to));

        liar.Replay = false;
        var late = new FakeTimeProvider(DateTimeOffset.UtcNow + TimeSpan.FromMinutes(2));
        Assert.Equal("ProofStale", await RefusalAsync(new LightClient(node, genesis, clock: late), to));
        var elsewhere = genesis with { Network = new NetworkId(77) };
        Assert.Equal("ProofInvalid", await RefusalAsync(new LightClient(node, elsewhere), to));
    }

    [Theory]
    [InlineData("/v1/proofs/objects/zz")]
    [InlineData("/v1/proofs/objects/0x")]
    [InlineData("/v1/proofs/objects/0xEE00")]
    [InlineData("/v1/proofs/receipts/0x1/0x2/0x3")]
    [InlineData("/v1/proofs/receipts/0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf/0x1/0x3")]
    public async Task A18_a_question_that_makes_no_sense_is_refused(string path)
    {
        await using var network = await LocalNetwork.StartAsync(
            new LocalNetworkOptions { Accounts = 2, Validators = 1 }, TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = network.Api };
        using var response = await http.GetAsync(
            new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("BadValue", await TestPayments.CodeAsync(response));
    }

    private static async Task<string> RefusalAsync(LightClient light, Address account) =>
        (await Assert.ThrowsAsync<BusbarException>(() => light.GetBalanceAsync(account, Dollar))).Code;

    // A block must have come after genesis, or after the time in question: a payment makes one.
    private static async Task<ProvedOutcome.Intent> ProvedAsync(
        LightClient light, HttpClient http, LocalNetwork network, IntentKey intent)
    {
        await TestPayments.PayAsync(
            http, TestPayments.SignedTransfer(network.Accounts[2], network.Accounts[3].Address, 1));
        return await light.GetIntentAsync(intent);
    }

    private static async Task VoteOutAsync(LocalNetwork network, HttpClient http)
    {
        var proposal = new Proposal.RemoveValidator(DevelopmentKeys.Validator(3).PublicKey);
        for (var voter = 0; voter < 3; voter++)
        {
            var key = DevelopmentKeys.Validator(voter);
            var vote = TestPayments.Transfer(key, Address.Zero, 0) with
            {
                Operations = [new Operation.CastVote(proposal)],
            };
            Assert.Equal("Ok", (await TestPayments.PayAsync(http, TestPayments.Sign(key, vote))).Result);
        }

        await TestPayments.PayAsync(
            http, TestPayments.SignedTransfer(network.Accounts[0], network.Accounts[1].Address, 1));
    }

    private static string Flip(string text, double place)
    {
        var start = text.IndexOf("\"proof\":\"0x", StringComparison.Ordinal) + 11;
        var at = start + (int)((text.Length - start) * place);
        var flipped = text[at] == '0' ? '1' : '0';
        return string.Concat(text.AsSpan(0, at), flipped.ToString(), text.AsSpan(at + 1));
    }

    private sealed class Liar : DelegatingHandler
    {
        private string? first;

        public Liar()
            : base(new SocketsHttpHandler())
        {
        }

        public Func<string, string>? Change { get; set; }

        public Func<string, string>? Path { get; set; }

        public bool Replay { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Path is { } path)
            {
                request.RequestUri = new Uri(path(request.RequestUri!.ToString()));
            }

            var response = await base.SendAsync(request, cancellationToken);
            var text = await response.Content.ReadAsStringAsync(cancellationToken);
            first ??= text;
            response.Content = new StringContent(
                Replay ? first : Change is { } change ? change(text) : text,
                System.Text.Encoding.UTF8,
                "application/json");
            return response;
        }
    }
}
