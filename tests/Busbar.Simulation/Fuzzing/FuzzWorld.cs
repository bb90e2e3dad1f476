using Busbar.Keys;
using Busbar.Ledger;
using Busbar.Simulation.Model;
using Busbar.Transactions;

namespace Busbar.Simulation.Fuzzing;

/// <summary>
/// A ledger in which every kind of operation has succeeded and something of every kind stands, and what was sent to get
/// there. The same each time it is made. Not thread-safe.
/// </summary>
internal sealed class FuzzWorld : IWalkView
{
    private const int Rounds = 3;
    private const int Attempts = 400;
    private const int Bound = 1_000_000;
    private const ulong StepMs = 1_500;

    private readonly LedgerWorld world = LedgerWorld.WithValidators(4);
    private readonly SimulatedRandom random = new(1);
    private readonly WalkComposer composer;
    private readonly List<byte[]> transactions = [];

    public FuzzWorld()
    {
        composer = new WalkComposer(this);
        var codes = Enum.GetValues<OperationCode>().Where(code => code != OperationCode.Unset).ToArray();
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var code in codes)
            {
                Succeed(code);
            }

            for (var i = 0; i < codes.Length; i++)
            {
                SendEnvelope();
            }
        }
    }

    /// <summary>The state at the end.</summary>
    public LedgerState State => world.State;

    /// <summary>What executed, in the encodings of all three envelopes.</summary>
    public IReadOnlyList<byte[]> Transactions => transactions;

    /// <summary>Receipts of what executed.</summary>
    public List<Receipt> Receipts { get; } = [];

    /// <summary>Kinds of operation that succeeded.</summary>
    public HashSet<OperationCode> Succeeded { get; } = [];

    public UnixTime Time => new(world.State.Time.Ms + StepMs);

    public ulong EthereumNonceOf(Address account) => world.State.EthereumNonceOf(account);

    public IntentId NewIntent(ulong aheadMs) => world.NewIntent(aheadMs);

    private void Succeed(OperationCode code)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var needed = composer.NeededFirst(code);
            var content = composer.ComposeOne(needed, NextStep(), []);
            if (LedgerWorld.KeyOf(content.Signer) >= 0
                && (content.FeePayer is not { } payer || LedgerWorld.KeyOf(payer) >= 0)
                && Execute(LedgerWorld.SignAll(content)) == TransactionStatus.Ok)
            {
                composer.Remember(content);
                if (needed == code)
                {
                    return;
                }
            }
        }
    }

    private void SendEnvelope() => Execute(composer.ComposeEnvelope(NextStep()).Signed);

    // Only what stands in its block and, but for a few, succeeds moves the world on.
    private TransactionStatus Execute(SignedTransaction signed)
    {
        var unverified = new Unverified<SignedTransaction>(signed);
        if (TransactionVerifier.TryVerify(unverified, LedgerWorld.Network, out var verified)
            != VerificationStatus.Verified)
        {
            return TransactionStatus.Unset;
        }

        var block = world.Begin(StepMs);
        if (block.Apply(verified!, out var receipt) != InclusionStatus.Included
            || (receipt!.Status != TransactionStatus.Ok && !random.Chance(50)))
        {
            return TransactionStatus.Unset;
        }

        world.Seal(block);
        transactions.Add(signed.Encode());
        Receipts.Add(receipt!);
        if (receipt!.Status == TransactionStatus.Ok)
        {
            Succeeded.UnionWith(signed.Transaction.Operations.Select(operation => operation.Code));
        }

        return receipt.Status;
    }

    private WalkStep NextStep() => new(Number(), Number(), Number(), Number(), Number());

    private int Number() => (int)random.Below(Bound);
}
