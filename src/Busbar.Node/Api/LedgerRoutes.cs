using System.Globalization;
using Busbar.Api;
using Busbar.Node.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Busbar.Node.Api;

/// <summary>
/// Reading the network, accounts, assets, channels, streams, escrows, mandates and blocks, and the node's own health.
/// spec/api.md#A-4 to.
/// </summary>
internal static class LedgerRoutes
{
    public static void Map(IEndpointRouteBuilder routes, LedgerReader reader)
    {
        routes.MapGet("/v1/network", () => Results.Json(reader.Network(), ApiJson.Default.NetworkInfo))
            .Produces<NetworkInfo>().WithSummary("What a client must know before it signs.");
        routes.MapGet("/v1/accounts/{address}", (string address, CancellationToken cancellation) =>
                AccountAsync(reader, address, cancellation))
            .Produces<AccountInfo>().WithSummary("An account's balances.");
        routes.MapGet(
                "/v1/accounts/{address}/channels",
                (string address, string? role, CancellationToken cancellation) =>
                    ChannelsAsync(reader, address, role, cancellation))
            .Produces<ChannelList>()
            .WithSummary("Channels that an account pays from (role=payer) or is paid by (payee).");
        routes.MapGet("/v1/channels/{channel}", (string channel, CancellationToken cancellation) =>
                ChannelAsync(reader, channel, cancellation))
            .Produces<ChannelInfo>().WithSummary("A channel that is open or closing.");
        routes.MapGet("/v1/x402-channels/{channel}", (string channel, CancellationToken cancellation) =>
                X402ChannelAsync(reader, channel, cancellation))
            .Produces<X402ChannelInfo>().WithSummary("A channel of the x402 scheme batch-settlement.");
        routes.MapGet("/v1/assets/{address}", (string address, CancellationToken cancellation) =>
                AssetAsync(reader, address, cancellation))
            .Produces<AssetSupplyInfo>().WithSummary("An asset: its supply, and its issuer if it has one.");
        routes.MapGet("/v1/streams/{stream}", (string stream, CancellationToken cancellation) =>
                StreamAsync(reader, stream, cancellation))
            .Produces<StreamInfo>().WithSummary("A stream that has not ended, and what has accrued.");
        routes.MapGet("/v1/escrows/{escrow}", (string escrow, CancellationToken cancellation) =>
                EscrowAsync(reader, escrow, cancellation))
            .Produces<EscrowInfo>().WithSummary("An escrow that was neither released nor refunded.");
        routes.MapGet("/v1/accounts/{address}/mandates", (string address, CancellationToken cancellation) =>
                MandatesAsync(reader, address, cancellation))
            .Produces<MandateList>().WithSummary("Who may act for an account, and within which limits.");
        routes.MapGet(
                "/v1/mandates/{account}/{signer}",
                (string account, string signer, CancellationToken cancellation) =>
                    MandateAsync(reader, account, signer, cancellation))
            .Produces<MandateInfo>().WithSummary("A mandate, and what is left of its limits.");
        routes.MapGet("/v1/blocks/{height}", (string height) => Block(reader, height))
            .Produces<BlockInfo>().WithSummary("A final block by its height, or \"latest\".");
        routes.MapGet("/v1/governance", async (CancellationToken cancellation) =>
                Results.Json(await reader.GovernanceAsync(cancellation), ApiJson.Default.GovernanceInfo))
            .Produces<GovernanceInfo>().WithSummary("Who votes on blocks, and what they vote on besides.");
        routes.MapGet("/v1/evidence", () => Results.Json(
                new EvidenceList(reader.Replica.Evidence), ApiJson.Default.EvidenceList))
            .Produces<EvidenceList>().WithSummary("What this node knows against validators.");
        routes.MapGet("/health", () => Health(reader)).WithSummary("200 while the node works.");
        routes.MapGet("/ready", () => Ready(reader))
            .WithSummary("200 while the node hears a quorum and has caught up.");
    }

    private static IResult Health(LedgerReader reader) => reader.Replica.IsRunning
        ? Results.Text("ok\n")
        : Problems.Of(StatusCodes.Status503ServiceUnavailable, "NotRunning", "The node's loop has ended.");

    private static IResult Ready(LedgerReader reader) => reader.Replica.WhyNotReady is { } reason
        ? Problems.Of(StatusCodes.Status503ServiceUnavailable, "NotReady", $"The node is not ready: {reason}.")
        : Results.Text("ready\n");

    private static async Task<IResult> AccountAsync(
        LedgerReader reader, string text, CancellationToken cancellation) =>
        Address.TryParse(text, out var address)
            ? Results.Json(await reader.AccountAsync(address, cancellation), ApiJson.Default.AccountInfo)
            : Problems.BadValue("address", "40 hexadecimal digits; mixed case must match EIP-55");

    private static async Task<IResult> ChannelsAsync(
        LedgerReader reader, string text, string? roleText, CancellationToken cancellation)
    {
        if (!Address.TryParse(text, out var address))
        {
            return Problems.BadValue("address", "40 hexadecimal digits; mixed case must match EIP-55");
        }

        ChannelRole? role = roleText switch
        {
            "payer" => ChannelRole.Payer,
            "payee" => ChannelRole.Payee,
            null => null,
            _ => ChannelRole.Unset,
        };
        return role == ChannelRole.Unset
            ? Problems.BadValue("role", "payer or payee")
            : Results.Json(await reader.ChannelsAsync(address, role, cancellation), ApiJson.Default.ChannelList);
    }

    private static async Task<IResult> ChannelAsync(
        LedgerReader reader, string text, CancellationToken cancellation)
    {
        if (!ChannelId.TryParse(text, out var channel))
        {
            return Problems.BadValue("channel", "64 hexadecimal digits");
        }

        return await reader.ChannelAsync(channel, cancellation) is { } found
            ? Results.Json(found, ApiJson.Default.ChannelInfo)
            : Problems.NotFound("ChannelUnknown", "No such channel: it never existed, or it has ended.");
    }

    private static async Task<IResult> X402ChannelAsync(
        LedgerReader reader, string text, CancellationToken cancellation)
    {
        if (!ChannelId.TryParse(text, out var channel))
        {
            return Problems.BadValue("channel", "64 hexadecimal digits");
        }

        return await reader.X402ChannelAsync(channel, cancellation) is { } found
            ? Results.Json(found, ApiJson.Default.X402ChannelInfo)
            : Problems.NotFound("X402ChannelUnknown", "Nothing was ever deposited into such an x402 channel.");
    }

    private static async Task<IResult> AssetAsync(LedgerReader reader, string text, CancellationToken cancellation)
    {
        if (!Address.TryParse(text, out var address))
        {
            return Problems.BadValue("address", "40 hexadecimal digits; mixed case must match EIP-55");
        }

        return await reader.AssetAsync(address, cancellation) is { } found
            ? Results.Json(found, ApiJson.Default.AssetSupplyInfo)
            : Problems.NotFound("AssetUnknown", "No such asset.");
    }

    private static async Task<IResult> StreamAsync(LedgerReader reader, string text, CancellationToken cancellation)
    {
        if (!StreamId.TryParse(text, out var stream))
        {
            return Problems.BadValue("stream", "64 hexadecimal digits");
        }

        return await reader.StreamAsync(stream, cancellation) is { } found
            ? Results.Json(found, ApiJson.Default.StreamInfo)
            : Problems.NotFound("StreamUnknown", "No such stream: it never existed, or it has ended.");
    }

    private static async Task<IResult> EscrowAsync(LedgerReader reader, string text, CancellationToken cancellation)
    {
        if (!EscrowId.TryParse(text, out var escrow))
        {
            return Problems.BadValue("escrow", "64 hexadecimal digits");
        }

        return await reader.EscrowAsync(escrow, cancellation) is { } found
            ? Results.Json(found, ApiJson.Default.EscrowInfo)
            : Problems.NotFound("EscrowUnknown", "No such escrow: it never existed, or it has ended.");
    }

    private static async Task<IResult> MandatesAsync(
        LedgerReader reader, string text, CancellationToken cancellation) =>
        Address.TryParse(text, out var address)
            ? Results.Json(await reader.MandatesAsync(address, cancellation), ApiJson.Default.MandateList)
            : Problems.BadValue("address", "40 hexadecimal digits; mixed case must match EIP-55");

    private static async Task<IResult> MandateAsync(
        LedgerReader reader, string accountText, string signerText, CancellationToken cancellation)
    {
        if (!Address.TryParse(accountText, out var account) || !Address.TryParse(signerText, out var signer))
        {
            return Problems.BadValue("address", "40 hexadecimal digits; mixed case must match EIP-55");
        }

        return await reader.MandateAsync(account, signer, cancellation) is { } found
            ? Results.Json(found, ApiJson.Default.MandateInfo)
            : Problems.NotFound("MandateUnknown", "No such mandate: there was none, or it was revoked or has expired.");
    }

    private static IResult Block(LedgerReader reader, string text)
    {
        var latest = reader.Replica.Head.Height;
        var height = latest;
        if (text != "latest" && !ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out height))
        {
            return Problems.BadValue("height", "a number or \"latest\"");
        }

        if (reader.Block(height) is { } block)
        {
            return Results.Json(block, ApiJson.Default.BlockInfo);
        }

        var oldest = reader.OldestHeight;
        return height > 0 && height < oldest
            ? Problems.OutsideRetention(
                $"Block {height} is final, and this node does not keep it any more.",
                $"Ask a node that keeps it; this one has blocks from {oldest} on.")
            : Problems.NotFound(
                "BlockUnknown",
                $"There is no final block {height}.",
                $"The last one is {latest}; genesis is no block.");
    }
}
