using Busbar.Client;
using Microsoft.AspNetCore.Http;

namespace Busbar.AspNetCore;

/// <summary>
/// One request at a sold endpoint: finds how it pays and hands it to the sale of that kind, which runs the handler once
/// for it. Whoever pays in no way gets every offer in one 402. spec/http.md#H-1.
/// </summary>
internal sealed class PaymentGate(BusbarSeller seller, HttpContext http, Amount price)
{
    public async Task RunAsync(RequestDelegate handler)
    {
        OpenSeller open;
        try
        {
            open = await seller.OpenAsync(http.RequestAborted);
        }
        catch (Exception exception) when (NodeRetry.IsOutage(exception, http.RequestAborted))
        {
            await Refusals.AnswerAsync(http, Refusals.ProblemOf(PaymentCode.NodeUnavailable));
            return;
        }

        var sale = new Sale(seller, open, http, price);
        if (OfferedAuthorization.IsIn(http.Request.Headers))
        {
            await new AuthorizationSale(sale).RunAsync(handler);
        }
        else
        {
            await new TickSale(sale).RunAsync(handler);
        }
    }
}
