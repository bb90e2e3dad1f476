using System.Net;
using Busbar.Node;
using Busbar.Transactions;
using Microsoft.Extensions.Logging;

namespace Busbar.Tests.Node;

/// <summary>A release meets a protocol version that it does not know.</summary>
public sealed class UpgradeTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("busbar-upgrade-");

    private readonly CollectedLog log = new();

    private LocalNetworkOptions Named => new()
    {
        Accounts = 3,
        Validators = 1,
        DataFolder = Path.Combine(folder.FullName, "node"),
        LoggerFactory = log,
    };

    public void Dispose()
    {
        log.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task L87_a_node_stops_before_a_version_that_it_does_not_know_and_loses_nothing()
    {
        ulong height;
        string path;
        await using (var network = await LocalNetwork.StartAsync(Named))
        {
            using var http = new HttpClient { BaseAddress = network.Api };
            height = network.Nodes[0].Head.Height + 110;
            path = network.Nodes[0].DataFolder;
            var key = DevelopmentKeys.Validator(0);
            var vote = TestPayments.Transfer(key, Address.Zero, 0) with
            {
                Operations = [new Operation.CastVote(new Proposal.ScheduleUpgrade(2, height))],
            };
            Assert.Equal("Ok", (await TestPayments.PayAsync(http, TestPayments.Sign(key, vote))).Result);
            while (network.Nodes[0].Head.Height < height - 1)
            {
                await TestPayments.PayAsync(http, Payment(network));
            }

            using var last = await TestPayments.PostAsync(http, Payment(network), waitMs: 0);
            var stopped = await Assert.ThrowsAsync<UpgradeNeededException>(() => network.Completion);
            Assert.Equal((2UL, height), (stopped.ProtocolVersion, stopped.Height));
            Assert.Contains("install a release", stopped.Message, StringComparison.Ordinal);
            Assert.Equal(height - 1, network.Nodes[0].Head.Height);

            // A client that comes too late is told so, and the log has one line about why: the stop itself.
            using var late = await TestPayments.PostAsync(http, Payment(network), waitMs: 0);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, late.StatusCode);
            Assert.Contains("NodeStopping", await late.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            Assert.Contains("install a release", Assert.Single(log.From(LogLevel.Error)), StringComparison.Ordinal);
        }

        var refused = await Assert.ThrowsAsync<UpgradeNeededException>(() => LocalNetwork.StartAsync(Named));
        Assert.Equal(height, refused.Height);
        var checkedFolder = DataFolderVerifier.Verify(path, (_, _) => { }, CancellationToken.None);
        Assert.Null(checkedFolder.Fault);
        Assert.Equal(height - 1, checkedFolder.Height);
    }

    private static byte[] Payment(LocalNetwork network) =>
        TestPayments.SignedTransfer(network.Accounts[0], network.Accounts[1].Address, 1);
}
