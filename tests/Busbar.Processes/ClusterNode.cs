using System.Net;
using System.Text.Json;
using Busbar.Api;
using Busbar.Client;
using Busbar.Node.Config;

namespace Busbar.Processes;

/// <summary>One node of a <see cref="Cluster"/>: its files stay, its process comes and goes.</summary>
internal sealed class ClusterNode(int index, string configPath) : IAsyncDisposable
{
    private readonly HttpClient http = new()
    {
        BaseAddress = new Uri("http://" + NodeConfigFile.Read(configPath).Api),
        Timeout = TimeSpan.FromSeconds(10),
    };

    private BusbarClient? client;
    private BusbarProcess? process;

    public int Index => index;

    public string ConfigPath => configPath;

    /// <summary>What it is started with.</summary>
    public NodeConfig Config => NodeConfigFile.Read(configPath);

    public Uri Api => http.BaseAddress!;

    /// <summary>Talks to its API; gives up on a request after 10 seconds.</summary>
    public BusbarClient Client => client ??= new BusbarClient(http);

    public BusbarProcess Process => process ?? throw new InvalidOperationException("the node was not started");

    public bool IsUp => process is { IsRunning: true };

    /// <summary>The ready line of the last start.</summary>
    public JsonElement Ready { get; private set; }

    public bool Votes => Ready.GetProperty("votes").GetBoolean();

    /// <summary>Starts it and waits for its ready line: the API answers; links may not be up.</summary>
    public async Task StartAsync()
    {
        Assert.False(IsUp);
        await DisposeProcessAsync();
        process = BusbarProcess.Start("node", "--config", configPath, "--json");
        Ready = await process.FirstLineAsync();
    }

    /// <summary>The same, by a program that starts it in a surrounding of its own.</summary>
    public async Task StartAsync(
        string program, string[] before, params (string Name, string Value)[] environment)
    {
        Assert.False(IsUp);
        await DisposeProcessAsync();
        process = BusbarProcess.StartIn(program, before, environment, "node", "--config", configPath, "--json");
        Ready = await process.FirstLineAsync();
    }

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => Process.KillAsync();

    /// <summary>SIGTERM; it must end well.</summary>
    public async Task StopAsync() => (await Process.TerminateAsync()).ExitsWith(0);

    /// <summary>`busbar verify` on its data folder; it must not run, and nothing may be wrong.</summary>
    public async Task<JsonElement> VerifyAsync() =>
        (await BusbarProcess.RunAsync("verify", "--data", Config.DataFolder, "--json")).ExitsWith(0).Json;

    /// <summary>Changes its configuration; it counts from the next start.</summary>
    public void Configure(Func<NodeConfig, NodeConfig> change) => NodeConfigFile.Write(configPath, change(Config));

    /// <summary>Deletes its data folder; the mark beside its key stays.</summary>
    public void Wipe() => Directory.Delete(Config.DataFolder, recursive: true);

    public async Task<ulong> HeightAsync() => (await Client.GetNetworkAsync()).Height;

    public Task<HttpResponseMessage> GetAsync(string path) => http.GetAsync(new Uri(path, UriKind.Relative));

    /// <summary>What its API says against giving it payments, or null.</summary>
    public async Task<string?> WhyNotReadyAsync()
    {
        using var answer = await GetAsync("/ready");
        return answer.StatusCode == HttpStatusCode.OK ? null : await answer.Content.ReadAsStringAsync();
    }

    public async Task<GovernanceInfo> GovernanceAsync()
    {
        using var answer = await GetAsync("/v1/governance");
        var text = await answer.Content.ReadAsStringAsync();
        return JsonSerializer.Deserialize(text, ApiJson.Default.GovernanceInfo)!;
    }

    /// <summary>What a refused request says.</summary>
    public async Task<ApiProblem> ProblemAsync(string path)
    {
        using var answer = await GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.False(answer.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize(text, ApiJson.Default.ApiProblem)!;
    }

    public async ValueTask DisposeAsync()
    {
        await DisposeProcessAsync();
        http.Dispose();
    }

    private async ValueTask DisposeProcessAsync()
    {
        if (process is not null)
        {
            await process.DisposeAsync();
        }
    }
}
