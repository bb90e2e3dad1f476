using System.Text.Json.Nodes;
using Busbar.Processes;

namespace Busbar.EndToEnd;

/// <summary>A proof is a file that somebody who was never online can check.</summary>
public sealed class ProofTests : IDisposable
{
    private const string Stranger = "0x000000000000000000000000000000000000bEEF";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_receipt_a_balance_and_an_intent_are_checked_without_a_node_and_a_changed_file_is_refused()
    {
        string intent;
        string account;
        string genesis;
        await using (var network = await RunningNetwork.StartAsync("--port", "0", "--data", folder.File("network")))
        {
            account = network.Account(0);
            var key = network.WriteKey(folder, 0);
            var paid = (await BusbarProcess.RunAsync(
                "pay", "--key", key, "--to", Stranger, "--amount", "0.25", "--json", "--api", network.Api))
                .ExitsWith(0).Json;
            intent = paid.GetProperty("intent").GetString()!;
            foreach (var what in (string[])["receipt", "intent"])
            {
                (await BusbarProcess.RunAsync(
                    "proof", what, intent, "--account", account, "--out", folder.File(what), "--api", network.Api))
                    .ExitsWith(0);
            }

            (await BusbarProcess.RunAsync(
                "proof", "balance", Stranger, "--out", folder.File("balance"), "--api", network.Api)).ExitsWith(0);
            var unknown = await BusbarProcess.RunAsync(
                "proof", "receipt", "0x" + new string('1', 32), "--account", account, "--out", folder.File("none"),
                "--json", "--api", network.Api);
            Assert.Equal("IntentUnknown", unknown.ExitsWith(1).Json.GetProperty("code").GetString());
            Assert.False(File.Exists(folder.File("none")));
            (await network.Process.TerminateAsync()).ExitsWith(0);
            genesis = Directory.EnumerateFiles(folder.File("network"), "genesis.json", SearchOption.AllDirectories)
                .First();
        }

        var receipt = (await VerifyAsync("receipt", genesis)).ExitsWith(0).Json.GetProperty("fact");
        Assert.Equal(intent, receipt.GetProperty("intent").GetString());
        Assert.Equal(account, receipt.GetProperty("account").GetString());
        Assert.Equal("Ok", receipt.GetProperty("result").GetString());
        var balance = (await VerifyAsync("balance", genesis)).ExitsWith(0).Json.GetProperty("fact");
        Assert.Equal("250000000", balance.GetProperty("atomic").GetString());
        var executed = (await VerifyAsync("intent", genesis)).ExitsWith(0).Json.GetProperty("fact");
        Assert.Equal("Executed", executed.GetProperty("state").GetString());

        var file = JsonNode.Parse(await File.ReadAllTextAsync(folder.File("receipt")))!;
        var proof = file["proof"]!.GetValue<string>();
        file["proof"] = proof[..^2] + (proof.EndsWith("00", StringComparison.Ordinal) ? "01" : "00");
        await File.WriteAllTextAsync(folder.File("forged"), file.ToJsonString());
        Assert.Equal(
            "ProofInvalid", (await VerifyAsync("forged", genesis)).ExitsWith(1).Json.GetProperty("code").GetString());
        await File.WriteAllTextAsync(folder.File("garbage"), "[1, 2");
        Assert.Equal(
            "ProofInvalid", (await VerifyAsync("garbage", genesis)).ExitsWith(1).Json.GetProperty("code").GetString());

        // :: Another network's genesis is another trust.
        var other = folder.File("other");
        (await BusbarProcess.RunAsync("genesis", "--validators", "1", "--out", other, "--json")).ExitsWith(0);
        var elsewhere = await VerifyAsync("receipt", Path.Combine(other, "genesis.json"));
        Assert.Equal("ProofInvalid", elsewhere.ExitsWith(1).Json.GetProperty("code").GetString());
    }

    private Task<Finished> VerifyAsync(string file, string genesis) =>
        BusbarProcess.RunAsync("verify-proof", folder.File(file), "--genesis", genesis, "--json");
}
