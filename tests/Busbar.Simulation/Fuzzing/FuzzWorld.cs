using System.Text;
using Busbar.Ethereum;
using Busbar.Ledger;
using Busbar.Simulation.Model;
using Busbar.Transactions;

namespace Busbar.Simulation.Fuzzing;

/// <summary>An operation that means something on the state of a <see cref="FuzzWorld"/>.</summary>
/// <param name="Code">Its kind.</param>
/// <param name="Transaction">A transaction of it alone, which most likely succeeds.</param>
/// <param name="Encoded">The operation's encoding.</param>
internal sealed record FuzzSample(OperationCode Code, Transaction Transaction, byte[] Encoded);

/// <summary>
/// A ledger that holds an object of every kind, and operations of every kind about them. The same in every process.
/// </summary>
internal sealed class FuzzWorld : IWalkView
{
    /// <summary>Place of the permit among the calls.</summary>
    public const int PermitCall = 6;

    /// <summary>Place of the first call that carries a signature, as all behind it do.</summary>
    public const int FirstSignedCall = 3;

    private const int Attempts = 500;

    // Past the longest grace period and withdrawal delay.
    private const ulong WaitMs = 55_000;

    private const int SamplesPerCode = 4;
    private const ulong StepBound = 1_000_000;

    // What leaves objects behind, in an order in which each finds what it needs.
    private static readonly OperationCode[] Makers =
    [
        OperationCode.OpenChannel, OperationCode.OpenChannel, OperationCode.OpenChannel, OperationCode.TopUpChannel,
        OperationCode.RequestChannelClose, OperationCode.ClaimChannels, OperationCode.CreateAsset,
        OperationCode.CreateAsset, OperationCode.CreateAsset, OperationCode.Mint, OperationCode.Freeze,
        OperationCode.StartStream, OperationCode.StartStream, OperationCode.LockEscrow, OperationCode.LockEscrow,
        OperationCode.LockEscrow, OperationCode.GrantMandate, OperationCode.GrantMandate, OperationCode.GrantMandate,
        OperationCode.TransferWithAuthorization, OperationCode.CancelAuthorization, OperationCode.Approve,
        OperationCode.Approve, OperationCode.Permit, OperationCode.DepositX402Channel,
        OperationCode.DepositX402Channel, OperationCode.DepositX402ChannelWithAuthorization,
        OperationCode.ClaimX402Channels, OperationCode.RequestX402Withdrawal, OperationCode.CastVote,
    ];

    // What would be over by the time that the others were waited for.
    private static readonly OperationCode[] Lasting =
    [
        OperationCode.GrantMandate, OperationCode.GrantMandate, OperationCode.LockEscrow, OperationCode.StartStream,
        OperationCode.TransferWithAuthorization, OperationCode.RequestChannelClose, OperationCode.CastVote,
    ];

    private readonly SimulatedRandom random = new(1);
    private readonly LedgerWorld world = LedgerWorld.WithValidators(4);
    private readonly WalkComposer composer;

    public FuzzWorld()
    {
        composer = new WalkComposer(this);
        foreach (var code in Makers)
        {
            Run(Find(code).Transaction);
        }

        world.Run(LedgerWorld.SignRaw(LedgerWorld.WriteRaw()));
        world.Pass(WaitMs);
        foreach (var code in Lasting)
        {
            Run(Find(code).Transaction);
        }

        State.Fold();
        foreach (var code in Enum.GetValues<OperationCode>().Except([OperationCode.Unset]))
        {
            for (var i = 0; i < SamplesPerCode; i++)
            {
                Samples.Add(Find(code));
            }
        }
    }

    /// <summary>The state, which no input changes; it is folded.</summary>
    public LedgerState State => world.State;

    /// <summary>The time of the next block.</summary>
    public UnixTime Time => new(State.Time.Ms + 1_000);

    /// <summary>Transactions that stand in blocks of this ledger.</summary>
    public List<Transaction> Executed { get; } = [];

    /// <summary>What the blocks of this ledger answered.</summary>
    public List<Receipt> Receipts { get; } = [];

    /// <summary>A few operations of each kind.</summary>
    public List<FuzzSample> Samples { get; } = [];

    public ulong EthereumNonceOf(Address account) => State.EthereumNonceOf(account);

    public IntentId NewIntent(ulong aheadMs) => world.NewIntent(aheadMs);

    /// <summary>Calls of an asset's contract, as wallets encode them, by wallet 0.</summary>
    public IReadOnlyList<byte[]> Calls()
    {
        var pay = LedgerWorld.SignTransfer(world.Write3009(nonce: 40)).Authorization;
        var receive = LedgerWorld.SignReceive(world.Write3009(nonce: 41)).Authorization;
        var cancel = LedgerWorld.SignCancel(world.Write3009(nonce: 42));
        var permit = LedgerWorld.SignPermit(
            LedgerWorld.WritePermit(nonce: State.PermitNonceOf(LedgerWorld.Wallets[0].Address, LedgerWorld.Dollar)));
        var spender = LedgerWorld.Wallets[1].Address;
        AbiWords Of(Authorization one) => new AbiWords().Add(one.From).Add(one.To).Add(one.Value.Atomic)
            .Add(one.ValidAfterSeconds).Add(one.ValidBeforeSeconds).Add(one.Nonce);
        AbiWords Sign(AbiWords words, Keys.RecoverableSignature signature) =>
            words.Add((ulong)signature.V).Add(signature.Signature.R).Add(signature.Signature.S);
        const string Words = ",uint8,bytes32,bytes32)";
        const string Fields = "WithAuthorization(address,address,uint256,uint256,uint256,bytes32";
        return
        [
            LedgerWorld.TransferCall(LedgerWorld.AddressOf(1), 7),
            LedgerWorld.CallOf("approve(address,uint256)", new AbiWords().Add(spender).Add(Uint256.MaxValue)),
            LedgerWorld.CallOf(
                "transferFrom(address,address,uint256)",
                new AbiWords().Add(spender).Add(LedgerWorld.AddressOf(2)).Add(9UL)),
            LedgerWorld.CallOf("transfer" + Fields + Words, Sign(Of(pay), pay.Signature)),
            LedgerWorld.CallOf("receive" + Fields + Words, Sign(Of(receive), receive.Signature)),
            LedgerWorld.CallOf(
                "cancelAuthorization(address,bytes32" + Words,
                Sign(new AbiWords().Add(cancel.Authorizer).Add(cancel.Nonce), cancel.Signature)),
            LedgerWorld.CallOf(
                "permit(address,address,uint256,uint256" + Words,
                Sign(
                    new AbiWords().Add(permit.Owner).Add(permit.Spender).Add(permit.Value).Add(permit.DeadlineSeconds),
                    permit.Signature)),
            [
                .. LedgerWorld.CallOf(
                    "transfer" + Fields + ",bytes)", Of(pay).Add(7UL * AbiWords.WordSizeBytes).Add(65UL)),
                .. pay.Signature.ToArray(),
                .. new byte[(3 * AbiWords.WordSizeBytes) - 65],
            ],
        ];
    }

    private static byte[] Encode(Operation operation) => FuzzSources.Encode(operation.Write);

    private void Run(Transaction transaction)
    {
        Receipts.Add(world.Run(transaction));
        Executed.Add(transaction);
    }

    // The first of some that succeeds; when none does, the last.
    private FuzzSample Find(OperationCode code)
    {
        for (var left = Attempts; ; left--)
        {
            var transaction = composer.ComposeOne(code, NextStep(), []);
            if (left == 0 || Succeeds(transaction))
            {
                return new FuzzSample(code, transaction, Encode(transaction.Operations[0]));
            }
        }
    }

    private bool Succeeds(Transaction transaction) =>
        LedgerWorld.Verify(LedgerWorld.SignAll(transaction)) == VerificationStatus.Verified
        && world.Begin().Apply(LedgerWorld.Check(transaction), out var receipt) == InclusionStatus.Included
        && receipt!.Status == TransactionStatus.Ok
        && receipt.Claims.All(claim => claim.Status == ClaimStatus.Paid);

    private WalkStep NextStep() => new(Draw(), Draw(), Draw(), Draw(), Draw());

    private int Draw() => (int)random.Below(StepBound);
}
