using System.Globalization;
using System.Text.Json;
using Busbar.Api;
using Busbar.Consensus;
using Busbar.Keys;
using Busbar.Node;
using Busbar.Node.Config;
using Busbar.Node.Storage;
using Busbar.Proofs;

namespace Busbar.Tests.Node;

/// <summary>What a node knows against validators outlives it, and binds its own key.</summary>
public sealed class EvidenceTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("busbar-evidence-");

    private LocalNetworkOptions Named => new() { Accounts = 3, DataFolder = Path.Combine(folder.FullName, "node") };

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void N9_one_entry_a_kind_key_and_epoch_and_the_alarm_always_has_room()
    {
        var file = EvidenceFile.Open(folder.FullName);
        var taken = Enumerable.Range(0, 2 * NodeLimits.EvidenceEntries)
            .Count(index => file.Add(Contradiction((ulong)(index / 2))));
        Assert.Equal(NodeLimits.EvidenceEntries - 1, taken);
        Assert.Null(file.WhyNotVoting("mine"));
        Assert.True(file.Add(new EvidenceInfo(EvidenceFile.Alarm, 3, "mine", "seen elsewhere", null, null)));
        Assert.False(file.Add(new EvidenceInfo(EvidenceFile.Alarm, 4, "mine", "again", null, null)));

        var again = EvidenceFile.Open(folder.FullName);
        Assert.Equal(file.Entries, again.Entries);
        Assert.Equal("seen elsewhere", again.WhyNotVoting("mine"));
        Assert.Null(again.WhyNotVoting("another"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"evidence\":[")]
    public void N9_a_file_that_cannot_be_read_stops_the_start(string content)
    {
        File.WriteAllText(Path.Combine(folder.FullName, "evidence.json"), content);
        Assert.Throws<NodeStartException>(() => EvidenceFile.Open(folder.FullName));
    }

    [Fact]
    public async Task A16_N9_a_node_whose_key_gave_cause_for_alarm_follows_after_a_restart_and_says_why()
    {
        string path;
        await using (var network = await LocalNetwork.StartAsync(Named))
        {
            path = network.Nodes[1].DataFolder;
        }

        var known = EvidenceFile.Open(path);
        Assert.Empty(known.Entries);
        known.Add(Contradiction(0));
        known.Add(new EvidenceInfo(EvidenceFile.Alarm, 0, KeyOf(1), "The key runs twice.", null, null));

        await using var again = await LocalNetwork.StartAsync(Named);
        Assert.False(again.Nodes[1].State.Votes);
        Assert.Equal("The key runs twice.", again.Nodes[1].WhyNotVoting);
        Assert.True(again.Nodes[0].State.Votes);
        using var http = new HttpClient { BaseAddress = again.Nodes[1].Api };
        await TestPayments.PayAsync(
            http, TestPayments.SignedTransfer(again.Accounts[0], again.Accounts[1].Address, 1));
        var told = JsonSerializer.Deserialize(
            await http.GetStringAsync(new Uri("/v1/evidence", UriKind.Relative), TestContext.Current.CancellationToken),
            ApiJson.Default.EvidenceList)!;
        Assert.Equal(known.Entries, told.Evidence);
    }

    [Fact]
    public void A16_the_votes_of_a_contradiction_can_be_read_and_checked_by_anybody()
    {
        var key = DevelopmentKeys.Validator(2);
        var vote = new Vote(VoteKind.Notarize, 1, 7, 6, Hash256.Sha256([1]));
        var signed = new SignedVote(vote, key.Sign(vote.SigningHash(NetworkId.Development)));
        var read = SignedVote.TryDecode(signed.Encode());
        Assert.Equal(signed, read);
        Assert.True(key.PublicKey.Verify(read!.Vote.SigningHash(NetworkId.Development), read.Signature));
        for (var length = 0; length < signed.Encode().Length; length++)
        {
            Assert.Null(SignedVote.TryDecode(signed.Encode().AsSpan(0, length)));
        }

        Assert.Null(SignedVote.TryDecode([.. signed.Encode(), 0]));
    }

    private static EvidenceInfo Contradiction(ulong epoch) => new(
        EvidenceFile.Contradiction, epoch, KeyOf(2), "two votes", "0x01", epoch.ToString(CultureInfo.InvariantCulture));

    private static string KeyOf(int index) => KeyText.Format(DevelopmentKeys.Validator(index).PublicKey);
}
