using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using Busbar.Api;
using Busbar.Client;
using Busbar.Node;
using Busbar.Transactions;

namespace Busbar.Processes;

/// <summary>
/// Accounts that pay one stranger small amounts, one payment after the other each, through whichever node answers: what
/// does not become final through one is sent again, the same, through another.
/// </summary>
internal sealed class PaymentLoad : IAsyncDisposable
{
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource stopping = new();
    private readonly ConcurrentDictionary<string, IntentInfo> final = new();
    private readonly Cluster cluster;
    private readonly TimeSpan pause;
    private readonly Task[] paying;
    private int dropped;

    private PaymentLoad(Cluster cluster, NetworkInfo network, int payers, TimeSpan pause)
    {
        this.cluster = cluster;
        this.pause = pause;
        Stranger = new Address(RandomNumberGenerator.GetBytes(Address.SizeBytes));
        paying = [.. Enumerable.Range(0, payers).Select(index => Task.Run(() => PayAsync(network, index)))];
    }

    /// <summary>Who is paid.</summary>
    public Address Stranger { get; }

    /// <summary>What a node called final, by intent; each node that answered said the same.</summary>
    public IReadOnlyDictionary<string, IntentInfo> Final => final;

    /// <summary>
    /// Payments that executed, with those whose block was dropped before anybody asked again: a node that keeps few
    /// blocks says so.
    /// </summary>
    public int Executed => final.Count + Volatile.Read(ref dropped);

    /// <summary>The first payment that became final, as it was signed; null before.</summary>
    public SignedTransaction? FirstSigned { get; private set; }

    /// <summary>Begins to pay.</summary>
    /// <param name="cluster">Through its nodes.</param>
    /// <param name="payers">How many accounts pay at once.</param>
    /// <param name="pauseMs">How long each rests between two payments.</param>
    public static async Task<PaymentLoad> StartAsync(Cluster cluster, int payers, int pauseMs) => new(
        cluster,
        await cluster.Up[0].Client.GetNetworkAsync(),
        payers,
        TimeSpan.FromMilliseconds(pauseMs));

    /// <summary>Waits until so many more payments are final.</summary>
    public Task MoreAsync(int count, string message)
    {
        var enough = Executed + count;
        return Cluster.UntilAsync($"{count} more payments are final; {message}", () =>
        {
            var failed = paying.FirstOrDefault(task => task.IsFaulted);
            Assert.True(failed is null, $"{message}: {failed?.Exception}");
            return Task.FromResult(Executed >= enough ? null : $"{Executed} of {enough} are");
        });
    }

    /// <summary>Begins no more payments, and waits until those under way are final.</summary>
    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(paying);
    }

    /// <summary>
    /// Asserts that every node has every payment final at the same place, none twice, and the right money.
    /// </summary>
    public Task AssertBooksAsync(IEnumerable<ClusterNode> nodes, string message) =>
        Task.WhenAll(nodes.Select(node => AssertBooksAsync(node, message)));

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(paying).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stopping.Dispose();
    }

    private async Task AssertBooksAsync(ClusterNode node, string message)
    {
        foreach (var (intent, known) in final)
        {
            Assert.True(IntentId.TryParse(intent, out var id));
            var said = await node.Client.GetIntentAsync(id, Address.Parse(known.Account!), TimeSpan.FromSeconds(5));
            Assert.True(
                (said.Status, said.Height, said.Index, said.Result)
                    == (known.Status, known.Height, known.Index, known.Result),
                $"{message}, node {node.Index}: {known} and {said}");
        }

        var account = await node.Client.GetAccountAsync(Stranger);
        Assert.True(
            account.Balances.Single().Atomic == Executed.ToString(CultureInfo.InvariantCulture),
            $"{message}, node {node.Index}: {Executed} payments of 1, and {account.Balances.Single().Atomic}");
    }

    private async Task PayAsync(NetworkInfo network, int index)
    {
        using var key = DevelopmentKeys.Account(index);
        var wallet = new Wallet(key, network);
        while (!stopping.IsCancellationRequested)
        {
            var intent = wallet.NewIntent();
            var transfer = new Operation.Transfer(
                Address.Parse(network.FeeAsset), Stranger, new Amount(1), Hash256.Zero);
            var signed = wallet.Sign(intent, transfer);
            if (await SubmitAsync(signed) is { } info)
            {
                FirstSigned ??= signed;
                Assert.Equal("Ok", info.Result);
                Assert.True(final.TryAdd(info.Intent, info));
            }
            else
            {
                Interlocked.Increment(ref dropped);
            }

            // Steady, and not as much as the machine can do: the nodes share its processors.
            await Task.Delay(pause, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // Null: it is final, in a block that is not kept any more.
    private async Task<IntentInfo?> SubmitAsync(SignedTransaction signed)
    {
        // Long enough for every outage that a test makes on purpose.
        var end = DateTime.UtcNow.AddSeconds(60);
        Exception? last = null;
        while (DateTime.UtcNow < end)
        {
            var node = cluster.Nodes[Random.Shared.Next(cluster.Nodes.Count)];
            try
            {
                var info = await node.Client.SubmitAsync(signed, Wait);
                Assert.Contains(info.Status, (string[])["pending", "notarized", "final"]);
                if (info.Status == "final")
                {
                    return info;
                }
            }
            catch (BusbarException gone) when (gone.Code == "OutsideRetention")
            {
                return null;
            }
            catch (Exception failure) when (Cluster.IsOutage(failure))
            {
                last = failure;

                // It does not answer: the next attempt may meet the same one.
                await Task.Delay(20);
            }
        }

        throw new InvalidOperationException($"{signed.Transaction.IntentId} is not final in time", last);
    }
}
