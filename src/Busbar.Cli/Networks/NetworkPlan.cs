using System.Net;
using Busbar.Cli.Commands;
using Busbar.Cli.KeyFiles;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Node;
using Busbar.Node.Config;
using Busbar.Node.Peers;
using Busbar.Transactions;

namespace Busbar.Cli.Networks;

/// <summary>An account that starts with money.</summary>
internal sealed record Funding(Address Account, Amount Amount);

/// <summary>A network that was made: its genesis, and a node for each validator.</summary>
internal sealed record NewNetwork(Genesis Genesis, string GenesisPath, IReadOnlyList<NewNode> Nodes);

/// <summary>A validator's key and the configuration of its node.</summary>
internal sealed record NewNode(PublicKey Key, string ConfigPath, NodeConfig Config);

/// <summary>
/// What a new network is to be like, and the making of its files: DIR/genesis.json, and DIR/node-i with node.json and
/// key.json for each validator. Every node is on 127.0.0.1; ports rise by one from node to node.
/// </summary>
internal sealed record NetworkPlan(
    string Folder,
    NetworkId Network,
    int Validators,
    int Accounts,
    IReadOnlyList<Funding> Fundings,
    int ApiPort,
    int PeerPort)
{
    private const string GenesisName = "genesis.json";

    /// <summary>The dollar of a network that is not the development network: of SHA-256 the last 20 bytes.</summary>
    private static readonly Address Dollar = new(Hash256.Sha256("busbar/genesis/dollar"u8).ToArray().AsSpan(12));

    /// <summary>What each validator starts with, for the fees of its votes: 1,000 dollars.</summary>
    private static readonly Amount ValidatorBalance = new(1_000UL * 1_000_000_000UL);

    private bool IsDevelopment => Network == NetworkId.Development;

    private string GenesisPath => Path.Combine(Folder, GenesisName);

    /// <summary>Refuses a plan that cannot be carried out, before anything is written.</summary>
    public void Check()
    {
        if (File.Exists(GenesisPath))
        {
            throw new CommandFailedException(
                "GenesisExists",
                $"{GenesisPath} exists already.",
                "Choose another --out: a genesis is never replaced.");
        }

        if (ApiPort + Validators - 1 > ushort.MaxValue || PeerPort + Validators - 1 > ushort.MaxValue)
        {
            throw WrongUsage($"There are not {Validators} ports from there on.", "Choose lower ports.");
        }

        if (Math.Abs(ApiPort - PeerPort) < Validators)
        {
            throw WrongUsage(
                $"{Validators} ports from {ApiPort} and {Validators} from {PeerPort} are not all different.",
                "Choose --api-port and --peer-port further apart.");
        }

        if (!IsDevelopment && Accounts > 0)
        {
            throw WrongUsage(
                $"The keys of development accounts are public; network {Network} must not give them money.",
                "Leave --accounts out, and name accounts with --fund.");
        }

        if (!IsDevelopment && Fundings.Count == 0)
        {
            throw WrongUsage(
                $"Nobody could pay on network {Network}: no account has money.",
                "Name at least one account with --fund ADDRESS=DOLLARS.");
        }

        foreach (var funding in Fundings)
        {
            if (!IsDevelopment && DevelopmentKeys.IsDevelopment(funding.Account))
            {
                throw WrongUsage($"The key of {funding.Account} is public.", "Make one with `busbar key new`.");
            }
        }
    }

    /// <summary>Makes the keys and writes every file; genesis.json, which completes a network, last.</summary>
    public NewNetwork Create(DateTimeOffset now)
    {
        var keys = Enumerable.Range(0, Validators).Select(_ => KeyCommand.Generate(KeyKind.Ed25519)).ToArray();
        try
        {
            var publicKeys = keys.Select(key => key.PublicKey).ToArray();
            var genesis = GenesisOf(publicKeys, new UnixTime((ulong)now.ToUnixTimeMilliseconds()));
            var nodes = new List<NewNode>();
            for (var index = 0; index < Validators; index++)
            {
                var config = ConfigOf(index, publicKeys);
                var configPath = Path.Combine(NodeFolder(index), "node.json");
                KeyFile.Create(config.KeyPath, keys[index], passphrase: null);
                NodeConfigFile.Write(configPath, config);
                nodes.Add(new NewNode(publicKeys[index], configPath, config));
            }

            GenesisFile.Write(GenesisPath, genesis);
            return new NewNetwork(genesis, GenesisPath, nodes);
        }
        finally
        {
            foreach (var key in keys)
            {
                key.Dispose();
            }
        }
    }

    private Genesis GenesisOf(IReadOnlyList<PublicKey> validators, UnixTime time)
    {
        var dollar = IsDevelopment
            ? new GenesisAsset(
                DevelopmentNetwork.Dollar,
                DevelopmentNetwork.DollarName,
                "BDD",
                DevelopmentNetwork.DollarVersion,
                DevelopmentNetwork.DollarDecimals)
            : new GenesisAsset(Dollar, "Busbar Dollar", "USD", "1", CommonOptions.DollarDecimals);
        var genesis = new Genesis(
            Network,
            time,
            [dollar],
            BalancesOf(validators, dollar.Address),
            Tariff.Default(dollar.Address),
            IsDevelopment
                ? new NetworkParameters(MinGraceMs: 1_000, HeartbeatMs: 1_000)
                : new NetworkParameters(),
            validators);
        return genesis.Check() == GenesisStatus.Valid
            ? genesis
            : throw new CommandFailedException(
                "GenesisInvalid",
                $"These accounts make no valid genesis ({genesis.Check()}).",
                "Fund no reserved address, and no more than 2^128 - 1 billionths of a dollar in all.");
    }

    private Balance[] BalancesOf(IReadOnlyList<PublicKey> validators, Address dollar)
    {
        var balances = new Dictionary<Address, Amount>();
        var fundings = validators.Select(key => new Funding(key.Address, ValidatorBalance))
            .Concat(Enumerable.Range(0, Accounts).AsParallel().Select(
                index => new Funding(DevelopmentKeys.Account(index).Address, DevelopmentNetwork.StartBalance)))
            .Concat(Fundings);
        foreach (var funding in fundings)
        {
            if (!balances.TryAdd(funding.Account, funding.Amount))
            {
                throw WrongUsage($"{funding.Account} would get money twice.", "Name each account once.");
            }
        }

        return [.. balances.OrderBy(pair => pair.Key).Select(pair => new Balance(pair.Key, dollar, pair.Value))];
    }

    private NodeConfig ConfigOf(int index, PublicKey[] validators) => new()
    {
        GenesisPath = GenesisPath,
        KeyPath = Path.Combine(NodeFolder(index), "key.json"),
        DataFolder = Path.Combine(NodeFolder(index), "data"),
        Api = new IPEndPoint(IPAddress.Loopback, ApiPort + index),
        Peer = new IPEndPoint(IPAddress.Loopback, PeerPort + index),
        Peers = [.. Enumerable.Range(0, Validators).Where(other => other != index).Select(
            other => new PeerEndpoint(validators[other], IPAddress.Loopback.ToString(), PeerPort + other))],
        RetentionBlocks = 0,
    };

    private string NodeFolder(int index) => Path.Combine(Folder, $"node-{index}");

    private static CommandFailedException WrongUsage(string message, string hint) => new("WrongUsage", message, hint);
}
