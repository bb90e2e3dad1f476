using System.Collections.Concurrent;
using Busbar.Client;
using Busbar.Transactions;

namespace Busbar.AspNetCore;

/// <summary>One payment for one request.</summary>
/// <param name="Key">What names the authorization: asset, payer and nonce.</param>
/// <param name="Request">The fingerprint of the request that it pays for.</param>
/// <param name="Amount">How much.</param>
/// <param name="ExpirySeconds">Until when it may execute.</param>
internal sealed record Charge(Hash256 Key, Hash256 Request, Amount Amount, ulong ExpirySeconds)
{
    public static Charge Of(Authorization authorization, Hash256 request) => new(
        Hash256.Sha256(
            [.. authorization.Asset.ToArray(), .. authorization.From.ToArray(), .. authorization.Nonce.ToArray()]),
        request,
        authorization.Value,
        authorization.ValidBeforeSeconds);
}

/// <summary>Why a charge was not made.</summary>
internal sealed record ChargeRefusal(PaymentCode Code, string? Detail);

/// <summary>The transaction that made a charge, or why there is none.</summary>
internal readonly record struct ChargeSettlement(Hash256 Transaction, ChargeRefusal? Refusal)
{
    public static implicit operator ChargeSettlement(ChargeRefusal refusal) => new(default, refusal);
}

/// <summary>What a handler made of a paid request; nothing was kept of a response that was too long.</summary>
internal readonly record struct ServedCharge(bool IsServed, KeptResponse? Kept);

/// <summary>What a request with a charge gets: a refusal, a kept response, or neither when it was served.</summary>
internal readonly record struct ChargeOutcome(ChargeRefusal? Refusal, KeptResponse? Kept);

/// <summary>
/// Each charge pays for one request, whose handler runs once: what arrives beside it waits for its response. A charge
/// is on disk before the ledger is asked to execute it, so that no crash lets it pay for another request. Thread-safe.
/// spec/http.md#H-34.
/// </summary>
internal sealed class Charges(SellerStore store)
{
    private readonly ConcurrentDictionary<Hash256, RunningCharge> running = new();

    /// <summary>Settles and serves a charge, or finds what it was served.</summary>
    /// <param name="charge">The charge.</param>
    /// <param name="settle">Has the ledger execute it; safe to repeat.</param>
    /// <param name="serve">Runs the handler.</param>
    /// <param name="cancellation">Ends the wait for a request that runs already.</param>
    public async Task<ChargeOutcome> RunAsync(
        Charge charge,
        Func<Task<ChargeSettlement>> settle,
        Func<Hash256, Task<ServedCharge>> serve,
        CancellationToken cancellation)
    {
        while (true)
        {
            var own = new RunningCharge(charge.Request);
            var held = running.GetOrAdd(charge.Key, own);
            if (ReferenceEquals(held, own))
            {
                return await RunFirstAsync(charge, own, settle, serve);
            }

            if (held.Request != charge.Request)
            {
                return Refuse(PaymentCode.ChargeAlreadyUsed);
            }

            if (await held.Done.WaitAsync(cancellation) is { } outcome)
            {
                return outcome.Refusal is null && outcome.Kept is null
                    ? Refuse(PaymentCode.ResponseNotKept)
                    : outcome;
            }
        }
    }

    private async Task<ChargeOutcome> RunFirstAsync(
        Charge charge, RunningCharge own, Func<Task<ChargeSettlement>> settle, Func<Hash256, Task<ServedCharge>> serve)
    {
        ChargeOutcome? shared = null;
        try
        {
            if (running.Count > SellerLimits.ChargesRunning)
            {
                return Refuse(PaymentCode.SellerBusy);
            }

            var stored = await store.FindChargeAsync(charge.Key);
            if (stored is not null && stored.Request != charge.Request)
            {
                return Refuse(PaymentCode.ChargeAlreadyUsed);
            }

            if (stored is { IsServed: true })
            {
                shared = stored.Response is null
                    ? Refuse(PaymentCode.ResponseNotKept)
                    : new ChargeOutcome(null, stored.Response);
                return shared.Value;
            }

            var transaction = stored?.Transaction;
            if (transaction is null)
            {
                var (settled, refusal) = await SettleAsync(charge, stored is null, settle);
                if (refusal is not null)
                {
                    shared = new ChargeOutcome(refusal, null);
                    return shared.Value;
                }

                transaction = settled;
            }

            var served = await serve(transaction.Value);
            if (served.IsServed)
            {
                shared = new ChargeOutcome(null, served.Kept);
                await store.FinishChargeAsync(charge.Key, served.Kept);
            }

            return default;
        }
        finally
        {
            running.TryRemove(charge.Key, out _);
            own.Finish(shared);
        }
    }

    private async Task<ChargeSettlement> SettleAsync(Charge charge, bool isNew, Func<Task<ChargeSettlement>> settle)
    {
        if (isNew && !await store.AddChargeAsync(charge))
        {
            return new ChargeRefusal(PaymentCode.SellerBusy, null);
        }

        var settled = await settle();
        if (settled.Refusal is null)
        {
            await store.SettleChargeAsync(charge, settled.Transaction);
        }
        else if (settled.Refusal.Code != PaymentCode.SettlementPending)
        {
            await store.RemoveChargeAsync(charge.Key);
        }

        return settled;
    }

    private static ChargeOutcome Refuse(PaymentCode code) => new(new ChargeRefusal(code, null), null);

    /// <summary>A request that is being served.</summary>
    private sealed class RunningCharge(Hash256 request)
    {
        private readonly TaskCompletionSource<ChargeOutcome?> done =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Hash256 Request => request;

        /// <summary>What came of it; null when its handler failed, so that another may run.</summary>
        public Task<ChargeOutcome?> Done => done.Task;

        public void Finish(ChargeOutcome? outcome) => done.TrySetResult(outcome);
    }
}
