using Busbar.Api;
using Busbar.Ledger;
using Busbar.Proofs;
using Busbar.Transactions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Busbar.Node.Api;

/// <summary>Proofs that need no trust in the node that gives them. spec/api.md#A-18.</summary>
internal static class ProofRoutes
{
    public static void Map(IEndpointRouteBuilder routes, LedgerReader reader)
    {
        routes.MapGet(
                "/v1/proofs/objects/{key}",
                (string key, ulong? fromEpoch, CancellationToken cancellation) =>
                    ProveObjectAsync(reader, key, fromEpoch ?? 0, cancellation))
            .Produces<ProofInfo>()
            .WithSummary("Proves what the object under a state key is, or that there is none.");
        routes.MapGet(
                "/v1/proofs/receipts/{account}/{signer}/{intentId}",
                (string account, string signer, string intentId, ulong? fromEpoch) =>
                    ProveReceipt(reader, account, signer, intentId, fromEpoch ?? 0))
            .Produces<ProofInfo>()
            .WithSummary("Proves what the transaction under an intent did.");
    }

    private static async Task<IResult> ProveObjectAsync(
        LedgerReader reader, string text, ulong fromEpoch, CancellationToken cancellation)
    {
        if (!Hex.TryParse(text, NodeLimits.StateKeySizeBytes, out var key))
        {
            return Problems.BadValue("key", "the hexadecimal digits of a state key");
        }

        var (statement, height) = await reader.Replica.QueryAsync(
            (state, _) => (state.Prove(key), state.Height), cancellation);
        if (statement is null)
        {
            return Problems.BadValue("key", "a state key: spec/ledger.md, L-50");
        }

        return height == 0 ? NothingFinal() : Answer(reader.ProofOf(height, fromEpoch, statement));
    }

    private static IResult ProveReceipt(
        LedgerReader reader, string accountText, string signerText, string intentText, ulong fromEpoch)
    {
        if (!Address.TryParse(accountText, out var account) || !Address.TryParse(signerText, out var signer))
        {
            return Problems.BadValue("account and signer", "addresses");
        }

        if (!IntentId.TryParse(intentText, out var intent))
        {
            return Problems.BadValue("intentId", "32 hexadecimal digits");
        }

        if (reader.FindFinal(new IntentKey(account, signer, intent)) is not { } place)
        {
            return Problems.NotFound(
                "IntentUnknown",
                "No transaction under this account, signer and intent id is final here.",
                "Ask for the intent's own object to prove that it never will be.");
        }

        return reader.ReceiptAt(place) is { } statement
            ? Answer(reader.ProofOf(place.Height, fromEpoch, statement))
            : Problems.OutsideRetention(
                $"The transaction is final in block {place.Height}, and this node does not keep that block any more.",
                $"Ask a node that keeps it; this one has blocks from {reader.OldestHeight} on.");
    }

    private static IResult NothingFinal() => Problems.NotFound(
        "BlockUnknown", "No block is final yet, and genesis needs no proof.", "Ask again when one is.");

    private static IResult Answer(LedgerProof proof)
    {
        var header = proof.Header;
        var cost = proof.Cost;
        return Results.Json(
            new ProofInfo(
                ProofInfo.FileKind,
                header.Network.ToString(),
                header.Height,
                header.Epoch,
                header.Time.Ms,
                cost.SizeBytes,
                cost.Hashes,
                cost.SignatureChecks,
                Hex.Format(proof.Encode())),
            ApiJson.Default.ProofInfo);
    }
}
