using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Busbar.Ticks;
using Busbar.Transactions;

namespace Busbar.Client;

/// <summary>
/// An HttpClient handler that pays: answers a 402 with a Busbar tick session, and pays up front from then on
/// (spec/http.md). One tick a request, no signature and no ledger in the way. A seller that takes no ticks is paid with
/// one authorization a request, in the words of x402 or MPP. A request is sent again with the same payment after a
/// broken connection, so it is never paid twice. Whatever cannot be paid comes back as the seller's 402 with
/// <see cref="PaidResponse.GetPaymentRefusal"/>. Thread-safe.
/// </summary>
public sealed class PayingHandler : DelegatingHandler, IAsyncDisposable
{
    /// <summary>
    /// A request option: the caller's own durable name of a purchase. The same name under the same data folder pays
    /// with the same ticks, also after a crash, so the seller answers the same request again instead of selling it
    /// anew.
    /// </summary>
    public static readonly HttpRequestOptionsKey<string> PurchaseId = new("Busbar.PurchaseId");

    /// <summary>Origins whose prices are remembered.</summary>
    private const int MaxOrigins = 1_024;

    /// <summary>Times that one request may be refused for different reasons before it comes back unpaid.</summary>
    private const int MaxRefusals = 8;

    private readonly PayingOptions options;
    private readonly SemaphoreSlim opening = new(1);
    private readonly ConcurrentDictionary<string, PaymentTerms> prices = new();
    private readonly ConcurrentDictionary<(Address Payee, Address Asset), PayerSession> sessions = new();
    private PayerAccount? account;
    private ChargeExchange? charging;
    private bool disposed;

    /// <summary>A handler that pays, in front of another one; of a new SocketsHttpHandler when null.</summary>
    public PayingHandler(PayingOptions options, HttpMessageHandler? innerHandler = null)
        : base(innerHandler ?? new SocketsHttpHandler())
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
    }

    /// <summary>What was spent so far.</summary>
    public PayingSpend Spend => account?.Spend()
        ?? new PayingSpend(0, 0, Amount.Zero, 0, 0, Amount.Zero, Amount.Zero, options.Budget);

    /// <summary>
    /// Requests the close of every open channel. What is not claimed can be withdrawn after the grace period; a
    /// seller may close at once. The next payment opens a new channel.
    /// </summary>
    /// <returns>The channels that are closing.</returns>
    public async Task<IReadOnlyList<ChannelId>> CloseAsync(CancellationToken cancellation = default)
    {
        var payer = await AccountAsync(cancellation);
        var closing = new List<ChannelId>();
        foreach (var session in sessions.Values)
        {
            if (session.Channel is { Status: PayerChannelStatus.Open } channel)
            {
                var operation = new Operation.RequestChannelClose(channel.Id);
                var signed = payer.Wallet.Sign(payer.Wallet.NewIntent(), operation);
                if (await payer.SubmitAsync(signed, cancellation) is { Code: PaymentCode.BuyerNodeUnavailable } refusal)
                {
                    throw new BusbarException("NodeUnavailable", refusal.Detail);
                }

                await session.EndChannelAsync(channel.Id, cancellation);
                closing.Add(channel.Id);
            }
        }

        return closing;
    }

    /// <summary>Stores the exact positions and lets go of the data folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!disposed)
        {
            disposed = true;
            foreach (var session in sessions.Values)
            {
                await session.FlushAsync();
                session.Dispose();
            }

            if (account is not null)
            {
                await account.DisposeAsync();
            }

            opening.Dispose();
            base.Dispose(true);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !disposed)
        {
            // HttpClient disposes of its handler synchronously; the writer runs on the thread pool, so this ends.
            Task.Run(async () => await DisposeAsync()).GetAwaiter().GetResult();
        }
        else
        {
            base.Dispose(disposing);
        }
    }

    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(request.RequestUri);
        ObjectDisposedException.ThrowIf(disposed, this);
        await BufferBodyAsync(request, cancellationToken);
        if (prices.TryGetValue(OriginOf(request), out var terms))
        {
            return await PayAsync(request, terms, cancellationToken);
        }

        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.PaymentRequired)
        {
            return response;
        }

        if (PaymentChallenge.TryFind(response.Headers.WwwAuthenticate, out var challenge))
        {
            response.Dispose();
            return await PayAsync(request, challenge.Terms, cancellationToken);
        }

        return ChargeOffer.FindAll(response) is { Count: > 0 } offers
            ? await ChargeAsync(request, response, offers, cancellationToken)
            : response;
    }

    private async Task<HttpResponseMessage> ChargeAsync(
        HttpRequestMessage request,
        HttpResponseMessage unpaid,
        IReadOnlyList<ChargeOffer> offers,
        CancellationToken cancellation)
    {
        var payer = await AccountAsync(cancellation);
        request.Options.TryGetValue(PurchaseId, out var purchaseId);
        NamePurchase(request, purchaseId);
        var exchange = Volatile.Read(ref charging)
            ?? Interlocked.CompareExchange(ref charging, new ChargeExchange(payer, base.SendAsync), null)
            ?? charging;
        return await exchange.PayAsync(request, unpaid, offers, purchaseId, cancellation);
    }

    private async Task<HttpResponseMessage> PayAsync(
        HttpRequestMessage request, PaymentTerms terms, CancellationToken cancellation)
    {
        var payer = await AccountAsync(cancellation);
        request.Options.TryGetValue(PurchaseId, out var purchaseId);
        NamePurchase(request, purchaseId);
        var refusals = 0;
        var anew = false;
        while (true)
        {
            if (CheckTerms(payer, terms) is { } unwanted)
            {
                return await GiveUpAsync(request, unwanted, cancellation);
            }

            var session = sessions.GetOrAdd(
                (terms.Payee, terms.Asset), key => new PayerSession(payer, key.Payee, key.Asset, null));
            var taken = await session.TakeAsync(
                terms, purchaseId, anew, id => ProbeAsync(request, id, cancellation), cancellation);
            if (taken.Lease is not { } lease)
            {
                return await GiveUpAsync(request, taken.Refusal!, cancellation);
            }

            var answer = await new PaidExchange(session, payer, options.Patience)
                .SendAsync(request, lease, base.SendAsync, cancellation);
            if (answer.Response is { } response)
            {
                Remember(request, terms with { Price = response.GetPaymentReceipt()?.Amount ?? terms.Price });
                return response;
            }

            // A position that a crash left open and that turns out used is no disagreement: it is passed over. It paid
            // for another request, for the seller tells purchases apart by their key; this one takes another tick.
            anew |= answer.Code == PaymentCode.TickAlreadyUsed;
            refusals += answer.Code == PaymentCode.TickAlreadyUsed && lease.Probing ? 0 : 1;
            terms = answer.Terms ?? terms;
            if (answer.Refusal is { } refusal || refusals > MaxRefusals)
            {
                var reason = answer.Refusal ?? new PaymentRefusal(answer.Code, "The seller refused several payments.");
                return await GiveUpAsync(request, reason, cancellation);
            }
        }
    }

    // The seller tells purchases of one target apart by this key: it must be the same after every crash.
    private static void NamePurchase(HttpRequestMessage request, string? purchaseId)
    {
        if (purchaseId is not null && !request.Headers.Contains(SessionHeaders.IdempotencyKey))
        {
            var name = Hash256.Sha256(Encoding.UTF8.GetBytes("busbar/purchase/1 " + purchaseId));
            request.Headers.TryAddWithoutValidation(
                SessionHeaders.IdempotencyKey, Convert.ToHexStringLower(name.ToArray().AsSpan(0, 16)));
        }
    }

    private PaymentRefusal? CheckTerms(PayerAccount payer, PaymentTerms terms)
    {
        if (terms.Network != payer.Wallet.Network || terms.Asset != payer.Wallet.FeeAsset)
        {
            return new PaymentRefusal(
                PaymentCode.OfferNotSupported, $"The seller asks for {terms.Asset} on {terms.Network}.");
        }

        return options.MaxPrice is { } most && terms.Price > most
            ? new PaymentRefusal(PaymentCode.PriceAboveLimit, $"The price is {terms.Price.ToUnits(9)}.")
            : null;
    }

    /// <summary>Sends the request without a payment, so that the caller gets the seller's own answer.</summary>
    private async Task<HttpResponseMessage> GiveUpAsync(
        HttpRequestMessage request, PaymentRefusal refusal, CancellationToken cancellation)
    {
        PaidExchange.RemoveHeaders(request);
        prices.TryRemove(OriginOf(request), out _);
        var response = await base.SendAsync(request, cancellation);
        if (response.StatusCode == HttpStatusCode.PaymentRequired)
        {
            response.RequestMessage ??= request;
            PaidResponse.SetRefusal(response.RequestMessage, refusal);
        }

        return response;
    }

    private async Task<Claim?> ProbeAsync(HttpRequestMessage request, ChannelId channel, CancellationToken cancellation)
    {
        PaidExchange.RemoveHeaders(request);
        request.Headers.TryAddWithoutValidation(SessionHeaders.Channel, channel.ToString());
        using var response = await base.SendAsync(request, cancellation);
        PaidExchange.RemoveHeaders(request);
        return response.StatusCode == HttpStatusCode.PaymentRequired
            ? (await PaidExchange.ReadProblemAsync(response, cancellation)).Best
            : null;
    }

    private async Task<PayerAccount> AccountAsync(CancellationToken cancellation)
    {
        if (account is { } ready)
        {
            return ready;
        }

        await opening.WaitAsync(cancellation);
        try
        {
            if (account is null)
            {
                var (opened, channels) = await PayerAccount.OpenAsync(options, cancellation);
                foreach (var channel in channels.Where(channel => channel.Status != PayerChannelStatus.Ended))
                {
                    var session = new PayerSession(opened, channel.Payee, channel.Asset, channel);
                    Invariant.Check(sessions.TryAdd((channel.Payee, channel.Asset), session));
                }

                account = opened;
            }

            return account;
        }
        finally
        {
            opening.Release();
        }
    }

    private async Task BufferBodyAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        if (request.Content is null)
        {
            return;
        }

        try
        {
            await request.Content.LoadIntoBufferAsync(options.MaxBodySizeBytes, cancellation);
        }
        catch (HttpRequestException exception)
        {
            throw new BusbarException(
                "BodyNotReplayable",
                $"A paid request may have to be sent again, so its body is at most {options.MaxBodySizeBytes} bytes. "
                + exception.Message);
        }
    }

    private void Remember(HttpRequestMessage request, PaymentTerms terms)
    {
        if (prices.Count < MaxOrigins || prices.ContainsKey(OriginOf(request)))
        {
            prices[OriginOf(request)] = terms;
        }
    }

    private static string OriginOf(HttpRequestMessage request) =>
        request.RequestUri!.GetLeftPart(UriPartial.Authority);
}
