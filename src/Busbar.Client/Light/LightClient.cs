using Busbar.Api;
using Busbar.Ledger;
using Busbar.Proofs;
using Busbar.Transactions;

namespace Busbar.Client.Light;

/// <summary>
/// Asks any node and believes none: every answer comes with a proof from the trusted validators on, also across their
/// changes. What it has seen proved only moves forward: a node cannot show it an older state as the present one. Keep
/// <see cref="Anchor"/> across restarts, or start from genesis again. Thread-safe.
/// </summary>
public sealed class LightClient
{
    private readonly BusbarClient node;
    private readonly TimeProvider clock;
    private readonly Lock gate = new();
    private TrustAnchor anchor;

    /// <summary>A light client of a node.</summary>
    /// <param name="node">Any node of the network.</param>
    /// <param name="anchor">What is trusted.</param>
    /// <param name="freshness">How old a state may be and still be taken for the present; 1 minute by default.</param>
    /// <param name="clock">Tells how old a state is.</param>
    public LightClient(
        BusbarClient node, TrustAnchor anchor, TimeSpan? freshness = null, TimeProvider? clock = null)
    {
        this.node = node;
        this.anchor = anchor;
        Freshness = freshness ?? TimeSpan.FromMinutes(1);
        this.clock = clock ?? TimeProvider.System;
    }

    /// <summary>How old a state may be and still be taken for the present.</summary>
    public TimeSpan Freshness { get; }

    /// <summary>What is trusted now.</summary>
    public TrustAnchor Anchor
    {
        get
        {
            lock (gate)
            {
                return anchor;
            }
        }
    }

    /// <summary>What an account holds of an asset now.</summary>
    /// <exception cref="BusbarException">ProofInvalid, ProofOld, ProofStale, or what the node answered.</exception>
    public async Task<Amount> GetBalanceAsync(
        Address account, Address asset, CancellationToken cancellation = default)
    {
        var fact = await GetPresentAsync(StateKey.OfBalance(new BalanceKey(account, asset)), cancellation);
        return fact.Outcome is ProvedOutcome.Balance balance && balance.Account == account && balance.Asset == asset
            ? balance.Amount
            : throw OfAnother();
    }

    /// <summary>
    /// Whether an intent was paid, never will be, or still may be. "Never" and "paid" do not depend on the clock.
    /// </summary>
    /// <exception cref="BusbarException">ProofInvalid, ProofOld, ProofStale, or what the node answered.</exception>
    public async Task<ProvedOutcome.Intent> GetIntentAsync(IntentKey intent, CancellationToken cancellation = default)
    {
        var fact = await GetPresentAsync(StateKey.OfIntent(intent), cancellation);
        return fact.Outcome is ProvedOutcome.Intent proved && proved.Key == intent ? proved : throw OfAnother();
    }

    /// <summary>What the transaction under an intent did.</summary>
    /// <exception cref="BusbarException">ProofInvalid, or what the node answered.</exception>
    public async Task<Receipt> GetReceiptAsync(IntentKey intent, CancellationToken cancellation = default)
    {
        var file = await node.GetReceiptProofAsync(intent, FromEpoch, cancellation);
        var fact = ProofReader.Read(file, Anchor);
        return fact.Outcome is ProvedOutcome.Executed executed
            && (executed.Receipt.Account, executed.Receipt.Signer, executed.Receipt.IntentId)
                == (intent.Account, intent.Signer, intent.Id)
                ? executed.Receipt
                : throw OfAnother();
    }

    /// <summary>
    /// What the object under a state key is now: its value as the ledger encodes it, or null. spec/ledger.md#L-50.
    /// </summary>
    /// <exception cref="BusbarException">ProofInvalid, ProofOld, ProofStale, or what the node answered.</exception>
    public async Task<byte[]?> GetObjectAsync(byte[] key, CancellationToken cancellation = default)
    {
        var fact = await GetPresentAsync(key, cancellation);
        return fact.Outcome is ProvedOutcome.State state && state.Key.AsSpan().SequenceEqual(key)
            ? state.Value
            : throw OfAnother();
    }

    private ulong FromEpoch => Anchor.Validators.Epoch;

    private async Task<ProvedFact> GetPresentAsync(byte[] key, CancellationToken cancellation)
    {
        var file = await node.GetObjectProofAsync(key, FromEpoch, cancellation);
        var fact = ProofReader.Read(file, Anchor);
        var age = clock.GetUtcNow() - DateTimeOffset.FromUnixTimeMilliseconds((long)fact.Header.Time.Ms);
        lock (gate)
        {
            if (fact.Header.Height < anchor.Height)
            {
                throw new BusbarException(
                    "ProofOld", $"The node shows block {fact.Header.Height}; block {anchor.Height} was proved before.");
            }

            anchor = anchor with
            {
                Validators = fact.Validators,
                Height = fact.Header.Height,
                Time = fact.Header.Time,
            };
        }

        return age <= Freshness
            ? fact
            : throw new BusbarException(
                "ProofStale",
                $"The node's last final block is {age.TotalSeconds:0} s old: it may hide what came after. "
                + "Ask another node, or check this machine's clock.");
    }

    private static BusbarException OfAnother() =>
        new("ProofInvalid", "The node proved something else than what was asked.");
}
