namespace Busbar.Ledger;

/// <summary>Puts stored entries back into objects; refuses what no ledger wrote.</summary>
internal static class StateLoader
{
    public static void Load(Objects objects, IEnumerable<StateEntry> entries)
    {
        foreach (var entry in entries)
        {
            if (entry.Value is null || entry.Key.Length == 0 || !TryLoad(objects, entry.Key, entry.Value))
            {
                throw new FormatException("A stored object is not readable: " + Hex.Format(entry.Key));
            }
        }

        if (objects.Governances.Changes.Count == 0)
        {
            throw new FormatException("The stored objects have no governance.");
        }

        objects.Commit();
    }

    private static bool TryLoad(Objects objects, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var reader = new CanonicalReader(value);
        switch (key[0])
        {
            case StateKey.AccountKind when StateKey.TryParseAddress(key, out var address):
                objects.Accounts.Set(address, Account.Read(ref reader));
                break;
            case StateKey.BalanceKind when StateKey.TryParseBalance(key, out var balance):
                var amount = reader.Amount();
                if (amount.IsZero)
                {
                    return false;
                }

                objects.Balances.Set(balance, amount);
                break;
            case StateKey.AssetKind when StateKey.TryParseAddress(key, out var asset):
                objects.Assets.Set(asset, Asset.Read(asset, ref reader));
                break;
            case StateKey.ChannelKind when StateKey.TryParseChannel(key, out var channel):
                objects.Channels.Set(channel, Channel.Read(channel, ref reader));
                break;
            case StateKey.GovernanceKind when key.Length == 1:
                if (Governance.Read(ref reader) is { } governance)
                {
                    objects.SetGovernance(governance);
                }

                break;
            case StateKey.BallotKind when StateKey.TryParseBallot(key, out var proposal):
                objects.Ballots.Set(proposal, Ballot.Read(proposal, ref reader));
                break;
            case StateKey.IntentKind when StateKey.TryParseIntent(key, out var intent):
                if (IntentRecord.Read(ref reader) is { } record)
                {
                    objects.Intents.Add(intent, record);
                }

                break;
            default:
                return false;
        }

        return reader.Finish();
    }
}
