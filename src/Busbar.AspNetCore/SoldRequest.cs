using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Busbar.Client;
using Microsoft.AspNetCore.Http;

namespace Busbar.AspNetCore;

/// <summary>What makes two requests the same: spec/http.md#H-11.</summary>
internal static class SoldRequest
{
    /// <summary>SHA-256 over method, target, idempotency key and body; null when the body is too long.</summary>
    public static async Task<Hash256?> FingerprintAsync(HttpRequest request, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var key = request.Headers[SessionHeaders.IdempotencyKey].ToString();
        var target = $"{request.Method}\n{request.PathBase}{request.Path}{request.QueryString}\n{key}\n";
        hash.AppendData(Encoding.UTF8.GetBytes(target));
        if (request.ContentLength is not (null or 0) || request.Headers.TransferEncoding.Count > 0)
        {
            request.EnableBuffering(SellerLimits.RequestBodySizeBytes);
            var total = 0L;
            var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
            try
            {
                int read;
                while ((read = await request.Body.ReadAsync(buffer, cancellation)) > 0)
                {
                    total += read;
                    if (total > SellerLimits.RequestBodySizeBytes)
                    {
                        return null;
                    }

                    hash.AppendData(buffer, 0, read);
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }

            request.Body.Position = 0;
        }

        return new Hash256(hash.GetHashAndReset());
    }
}
