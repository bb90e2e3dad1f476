using Busbar.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace Busbar.Node.Api;

/// <summary>The HTTP server in front of a node: limits, routes, the OpenAPI document and the page at /.</summary>
internal static partial class ApiServer
{
    /// <summary>Builds the server; nothing of the surroundings (environment, working folder) configures it.</summary>
    public static WebApplication Build(NodeOptions options, LedgerReader reader, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = NodeLimits.RequestBodySizeBytes;
            kestrel.Limits.MaxRequestHeadersTotalSize = NodeLimits.RequestHeadersSizeBytes;
            kestrel.Limits.MaxConcurrentConnections = NodeLimits.ApiConnections;
            kestrel.Limits.MaxRequestHeaderCount = NodeLimits.RequestHeaders;
            kestrel.Limits.MaxRequestLineSize = NodeLimits.RequestLineSizeBytes;
            kestrel.Limits.RequestHeadersTimeout = NodeLimits.ApiHeadersTimeout;
            kestrel.Limits.KeepAliveTimeout = NodeLimits.ApiIdleTimeout;
            var slowest = new MinDataRate(NodeLimits.ApiBytesPerSecond, NodeLimits.ApiPatience);
            kestrel.Limits.MinRequestBodyDataRate = slowest;
            kestrel.Limits.MinResponseDataRate = slowest;
            kestrel.Listen(options.ApiAddress, options.ApiPort, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                listen.LimitEachAddress(NodeLimits.ApiConnections, NodeLimits.ApiConnectionsPerAddress);
            });
        });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddRoutingCore();
        builder.Services.AddOpenTelemetry().WithMetrics(
            metrics => metrics.AddMeter(reader.Replica.Metrics.Name).AddPrometheusExporter());
        builder.Services.AddOpenApi("v1", document => document.AddDocumentTransformer((content, _, _) =>
        {
            content.Info.Title = "Busbar node";
            content.Info.Description =
                "Amounts are decimal strings of atomic units, times are milliseconds since 1970.";
            return Task.CompletedTask;
        }));
        builder.Services.ConfigureHttpJsonOptions(json =>
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default));

        var app = builder.Build();
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            ExceptionHandler = http => AnswerFailureAsync(http, loggers.CreateLogger(typeof(ApiServer))),

            // What is no fault of the node, such as a request that its end overtakes, is nothing to log.
            SuppressDiagnosticsCallback = _ => true,
        });
        app.UseStatusCodePages(AnswerBareStatusAsync);
        app.UseRouting();
        app.MapOpenApi();
        LedgerRoutes.Map(app, reader);
        TransactionRoutes.Map(app, reader);
        ProofRoutes.Map(app, reader);
        new EventRoutes(reader).Map(app);
        app.MapPrometheusScrapingEndpoint("/metrics");
        app.MapGet("/", () => Results.Content(StatusPage.Html, "text/html; charset=utf-8")).ExcludeFromDescription();
        return app;
    }

    private static async Task AnswerFailureAsync(HttpContext http, ILogger logger)
    {
        var error = http.Features.Get<IExceptionHandlerFeature>()?.Error;
        switch (error)
        {
            case OperationCanceledException or System.Threading.Channels.ChannelClosedException:
                await Problems.Stopping().ExecuteAsync(http);
                break;
            case Microsoft.AspNetCore.Http.BadHttpRequestException bad:
                await Problems.Of(bad.StatusCode, "BadRequest", bad.Message).ExecuteAsync(http);
                break;
            case ConnectionResetException:
                break;
            default:
                LogFailure(logger, error, http.Request.Method, http.Request.Path);
                await Problems.Of(
                    StatusCodes.Status500InternalServerError,
                    "Internal",
                    "The node failed to answer; its log says why.")
                    .ExecuteAsync(http);
                break;
        }
    }

    private static Task AnswerBareStatusAsync(StatusCodeContext context) =>
        BareStatus(context.HttpContext.Response.StatusCode)?.ExecuteAsync(context.HttpContext) ?? Task.CompletedTask;

    private static IResult? BareStatus(int status) => status switch
    {
        StatusCodes.Status404NotFound => Problems.NotFound(
            "NoSuchRoute", "There is no such route.", "GET /openapi/v1.json lists them."),
        StatusCodes.Status405MethodNotAllowed => Problems.Of(
            StatusCodes.Status405MethodNotAllowed, "MethodNotAllowed", "This route does not take that method."),
        StatusCodes.Status415UnsupportedMediaType => Problems.UnsupportedMediaType(),
        _ => null,
    };

    [LoggerMessage(EventId = 20, Level = LogLevel.Error, Message = "{Method} {Path} failed")]
    private static partial void LogFailure(ILogger logger, Exception? error, string method, string path);
}
