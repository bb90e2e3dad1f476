using System.Text.Json;

namespace Busbar.Processes;

/// <summary>`busbar up` in a process of its own, and what its ready line said.</summary>
internal sealed class RunningNetwork : IAsyncDisposable
{
    private RunningNetwork(BusbarProcess process, JsonElement ready)
    {
        Process = process;
        Ready = ready;
    }

    /// <summary>The process.</summary>
    public BusbarProcess Process { get; }

    /// <summary>The ready line.</summary>
    public JsonElement Ready { get; }

    /// <summary>URL of its API.</summary>
    public string Api => Ready.GetProperty("api").GetString()!;

    /// <summary>Its port, for starting it again at the same place.</summary>
    public string Port => new Uri(Api).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Starts it and waits until it is ready.</summary>
    public static async Task<RunningNetwork> StartAsync(params string[] options)
    {
        var process = BusbarProcess.Start(["up", "--json", .. options]);
        return new RunningNetwork(process, await process.FirstLineAsync());
    }

    /// <summary>The address of a development account.</summary>
    public string Account(int index) =>
        Ready.GetProperty("accounts")[index].GetProperty("address").GetString()!;

    /// <summary>Writes the key file of a development account: its object of the ready line, as it stands.</summary>
    public string WriteKey(TemporaryFolder folder, int index)
    {
        var path = folder.File($"account-{index}.json");
        File.WriteAllText(path, Ready.GetProperty("accounts")[index].GetRawText());
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    /// <summary>The dollars of an account, in atomic units.</summary>
    public async Task<UInt128> BalanceAsync(string address)
    {
        var balance = (await BusbarProcess.RunAsync("balance", address, "--json", "--api", Api)).ExitsWith(0).Json;
        Assert.Equal(Ready.GetProperty("asset").GetString(), balance.GetProperty("asset").GetString());
        return UInt128.Parse(
            balance.GetProperty("atomic").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
    }

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
