using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Busbar.AspNetCore;

/// <summary>Selling with two lines: <c>AddBusbar</c> and <c>RequirePayment</c>.</summary>
public static class BusbarServices
{
    /// <summary>Adds the seller; its Node and Key must be set.</summary>
    public static IServiceCollection AddBusbar(this IServiceCollection services, Action<BusbarOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.Configure(configure);
        services.AddSingleton<BusbarSeller>();
        services.AddHostedService(provider => provider.GetRequiredService<BusbarSeller>());
        return services;
    }

    /// <summary>Sells an endpoint at a fixed price a request: spec/http.md.</summary>
    public static TBuilder RequirePayment<TBuilder>(this TBuilder endpoint, Price price)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequirePayment(_ => price);

    /// <summary>Sells an endpoint at a price that may differ from request to request; asked once for each.</summary>
    public static TBuilder RequirePayment<TBuilder>(this TBuilder endpoint, Func<HttpContext, Price> price)
        where TBuilder : IEndpointConventionBuilder
    {
        ArgumentNullException.ThrowIfNull(price);
        endpoint.Add(builder =>
        {
            var handler = builder.RequestDelegate;
            Invariant.Check(handler is not null);
            builder.RequestDelegate = http =>
            {
                var seller = http.RequestServices.GetRequiredService<BusbarSeller>();
                return new PaymentGate(seller, http, price(http).Amount).RunAsync(handler);
            };
        });
        return endpoint;
    }
}
