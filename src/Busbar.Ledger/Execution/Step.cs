using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// Where an operation executes: what it may read beside the objects, and what it reports. One for each block.
/// </summary>
internal sealed class Step(Objects objects, LedgerState parent, UnixTime time, ulong uptimeMs)
{
    public Objects Objects { get; } = objects;

    public Genesis Genesis { get; } = parent.Genesis;

    /// <summary>Height of the block.</summary>
    public ulong Height { get; } = parent.Height + 1;

    /// <summary>Who votes on the block; what is decided in it changes them for the next one.</summary>
    public ValidatorSet Validators { get; } = parent.Validators;

    public UnixTime Time { get; } = time;

    public ulong UptimeMs { get; } = uptimeMs;

    public List<Effect> Effects { get; } = [];

    public List<ClaimOutcome> Claims { get; } = [];

    /// <summary>Whose account acts.</summary>
    public Address Account { get; set; }

    /// <summary>Index of the transaction in its block.</summary>
    public int Transaction { get; set; }

    /// <summary>Index of the operation in its transaction.</summary>
    public int Operation { get; set; }

    public void Report(EffectKind kind, Channel channel, Address from, Address to, Amount amount) =>
        Effects.Add(new Effect(
            kind, Transaction, Operation, channel.Asset, from, to, amount, channel.Id, channel.WithdrawableUptimeMs));

    /// <summary>Makes an account exist; its price was charged with the fee.</summary>
    public void OpenAccount(Address account)
    {
        if (Objects.Accounts.Find(account) is null)
        {
            Objects.Accounts.Set(account, new Account(Time));
        }
    }
}
