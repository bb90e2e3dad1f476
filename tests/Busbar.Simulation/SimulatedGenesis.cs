using System.Collections.Concurrent;
using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Simulation.Model;

namespace Busbar.Simulation;

/// <summary>The network that every run starts from, and its keys; made once, since only the seed differs.</summary>
internal static class SimulatedGenesis
{
    public const int Clients = 6;
    private const ulong RichAtoms = 1_000_000_000_000_000;

    private static readonly ConcurrentDictionary<(string Role, int Index), PrivateKey> Keys = new();
    private static readonly ConcurrentDictionary<(int Validators, ulong HeartbeatMs), Genesis> Made = new();

    public static PrivateKey Validator(int index) => KeyOf("validator", index);

    public static PrivateKey Client(int index) => KeyOf("client", index);

    public static Genesis Create(int validators, ulong heartbeatMs) =>
        Made.GetOrAdd((validators, heartbeatMs), static key =>
        {
            var model = LedgerWorld.Genesis();
            var balances = Enumerable.Range(0, Clients).Select(Client)
                .Concat(Enumerable.Range(0, key.Validators).Select(Validator))
                .Select(owner => new Balance(owner.Address, LedgerWorld.Dollar, new Amount(1_000_000_000)))
                .Concat(model.Balances.Select(Enrich))
                .OrderBy(balance => balance.Account)
                .ThenBy(balance => balance.Asset)
                .ToArray();
            return new Genesis(
                LedgerWorld.Network,
                new UnixTime(Simulation.StartMs - 1_000),
                model.Assets,
                balances,
                model.Tariff,
                new NetworkParameters(
                    MinGraceMs: LedgerWorld.Parameters.MinGraceMs,
                    MaxGraceMs: LedgerWorld.Parameters.MaxGraceMs,
                    HeartbeatMs: key.HeartbeatMs),
                [.. Enumerable.Range(0, key.Validators).Select(index => Validator(index).PublicKey)]);
        });

    // Whoever has dollars in the model has so many here that no run spends them all.
    private static Balance Enrich(Balance balance) =>
        balance.Asset == LedgerWorld.Dollar ? balance with { Amount = new Amount(RichAtoms) } : balance;

    private static PrivateKey KeyOf(string role, int index) => Keys.GetOrAdd((role, index), static key =>
        PrivateKey.Create(
            KeyKind.Ed25519,
            Hash256.Sha256(System.Text.Encoding.UTF8.GetBytes($"busbar/simulation/{key.Role}/{key.Index}")).ToArray()));
}
