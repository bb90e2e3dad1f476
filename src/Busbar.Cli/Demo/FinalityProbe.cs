using System.Diagnostics;
using Busbar.Api;
using Busbar.Cli.Commands;
using Busbar.Client;
using Busbar.Transactions;

namespace Busbar.Cli.Demo;

/// <summary>
/// Measures the ledger: transfers of a third development account, one after the other, each from submitting it to
/// the answer that it is final.
/// </summary>
internal static class FinalityProbe
{
    /// <summary>Transfers in one measurement.</summary>
    public const int Samples = 15;

    /// <summary>Takes the samples.</summary>
    public static async Task<LatencySamples> MeasureAsync(
        BusbarClient client, NetworkInfo network, NodePatience patience, CancellationToken stop)
    {
        var samples = new LatencySamples();
        var wallet = new Wallet(DemoParties.Prober, network);
        var atom = new Operation.Transfer(
            Address.Parse(network.FeeAsset), wallet.Address, new Amount(1), Hash256.Zero);
        for (var i = 0; i < Samples; i++)
        {
            var signed = wallet.Sign(wallet.NewIntent(), atom);
            var start = Stopwatch.GetTimestamp();
            var info = await patience.TryAsync(() => client.SubmitAsync(signed, Submission.FinalWait, stop), stop);
            if (info.Status == "final")
            {
                samples.AddSince(start);
            }
        }

        return samples;
    }
}
