namespace Busbar.Ledger;

/// <summary>Writes a whole state out, kind by kind, which is the bytewise order of keys.</summary>
internal static class StateEntries
{
    public static IEnumerable<StateEntry> Of(Objects objects)
    {
        var encoder = new StateEncoder();
        foreach (var (key, value) in objects.Accounts.All())
        {
            yield return new StateEntry(StateKey.OfAccount(key), encoder.Encode(value));
        }

        foreach (var (key, value) in objects.Balances.All())
        {
            yield return new StateEntry(StateKey.OfBalance(key), encoder.Encode(value));
        }

        foreach (var (key, value) in objects.Assets.All())
        {
            yield return new StateEntry(StateKey.OfAsset(key), encoder.Encode(value));
        }

        foreach (var (key, value) in objects.Channels.All())
        {
            yield return new StateEntry(StateKey.OfChannel(key), encoder.Encode(value));
        }

        foreach (var (_, value) in objects.Governances.All())
        {
            yield return new StateEntry(StateKey.OfGovernance(), encoder.Encode(value));
        }

        foreach (var (key, value) in objects.Ballots.All())
        {
            yield return new StateEntry(StateKey.OfBallot(key), encoder.Encode(value));
        }

        foreach (var (key, value) in objects.Intents.Records.All())
        {
            yield return new StateEntry(StateKey.OfIntent(key), encoder.Encode(value));
        }
    }
}
