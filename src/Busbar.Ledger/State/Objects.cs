namespace Busbar.Ledger;

/// <summary>Every object of a state, one layer for each kind. Not thread-safe.</summary>
internal sealed class Objects
{
    // There is one such object, so its key says nothing.
    private const byte GovernanceKey = 0;

    public Objects(Objects? parent)
    {
        Accounts = new(parent?.Accounts);
        Balances = new(parent?.Balances);
        Assets = new(parent?.Assets);
        Channels = new(parent?.Channels);
        Governances = new(parent?.Governances);
        Ballots = new(parent?.Ballots);
        Intents = new(parent?.Intents);
    }

    public Layer<Address, Account> Accounts { get; }

    public Layer<BalanceKey, Amount> Balances { get; }

    public Layer<Address, Asset> Assets { get; }

    public Layer<ChannelId, Channel> Channels { get; }

    public Layer<byte, Governance> Governances { get; }

    public Layer<Hash256, Ballot> Ballots { get; }

    public IntentLayer Intents { get; }

    /// <summary>
    /// Where a transaction starts, for <see cref="UndoTo"/>. Intent records are written after all undoing.
    /// </summary>
    public Mark MarkHere() => new(
        Accounts.Mark(), Balances.Mark(), Assets.Mark(), Channels.Mark(), Governances.Mark(), Ballots.Mark());

    public void UndoTo(Mark mark)
    {
        Accounts.UndoTo(mark.Accounts);
        Balances.UndoTo(mark.Balances);
        Assets.UndoTo(mark.Assets);
        Channels.UndoTo(mark.Channels);
        Governances.UndoTo(mark.Governances);
        Ballots.UndoTo(mark.Ballots);
    }

    public void Commit()
    {
        Accounts.Commit();
        Balances.Commit();
        Assets.Commit();
        Channels.Commit();
        Governances.Commit();
        Ballots.Commit();
        Intents.Records.Commit();
    }

    public void FoldIntoBase(ulong firstMinute)
    {
        Accounts.FoldIntoBase();
        Balances.FoldIntoBase();
        Assets.FoldIntoBase();
        Channels.FoldIntoBase();
        Governances.FoldIntoBase();
        Ballots.FoldIntoBase();
        Intents.FoldIntoBase(firstMinute);
    }

    /// <summary>The network's governance; every state has it.</summary>
    public Governance FindGovernance() =>
        Governances.Find(GovernanceKey) ?? throw new InvariantBrokenException("a state has its governance");

    public void SetGovernance(Governance governance) => Governances.Set(GovernanceKey, governance);

    public void Credit(Address account, Address asset, Amount amount)
    {
        var key = new BalanceKey(account, asset);
        Balances.Set(key, Balances.Find(key) + amount);
    }

    /// <summary>The caller has checked that the balance covers it.</summary>
    public void Debit(Address account, Address asset, Amount amount)
    {
        var key = new BalanceKey(account, asset);
        Balances.Set(key, Balances.Find(key) - amount);
    }

    /// <summary>True for an address that may not receive or act: spec/ledger.md#L-5.</summary>
    public bool IsReserved(Address address) => ReservedAddresses.Contains(address) || Assets.Find(address) is not null;

    internal readonly record struct Mark(
        int Accounts, int Balances, int Assets, int Channels, int Governances, int Ballots);
}
