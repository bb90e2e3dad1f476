namespace Busbar.AspNetCore;

/// <summary>A response as it is kept for the same request, sent again with the same tick.</summary>
/// <param name="StatusCode">HTTP status.</param>
/// <param name="Headers">Headers that the handler set, name and value.</param>
/// <param name="Body">The whole body.</param>
internal sealed record KeptResponse(int StatusCode, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    private const int MaxHeaders = 64;

    public byte[] Encode()
    {
        var writer = new CanonicalWriter(Body.Length + 256);
        writer.Array(3).Number((ulong)StatusCode).Array(Headers.Count * 2);
        foreach (var (name, value) in Headers)
        {
            writer.Text(name).Text(value);
        }

        writer.Bytes(Body);
        return writer.ToArray();
    }

    public static KeptResponse Decode(byte[] bytes)
    {
        var reader = new CanonicalReader(bytes);
        reader.Array(3);
        var status = (int)reader.Number();
        var headers = new (string, string)[reader.Array(0, MaxHeaders * 2) / 2];
        for (var i = 0; i < headers.Length; i++)
        {
            headers[i] = (reader.Text(16_384), reader.Text(16_384));
        }

        var body = reader.BytesUpTo(SellerLimits.ResponseSizeBytes).ToArray();
        Invariant.Check(reader.Finish());
        return new KeptResponse(status, headers, body);
    }
}

/// <summary>
/// One accepted payment: which request it pays for, and its response once there is one. The first request with a
/// tick runs the handler; the same request again waits for that and gets the same.
/// </summary>
internal sealed class ReplayEntry(Hash256 fingerprint, TickHashKey key, Amount from, Amount to)
{
    private readonly TaskCompletionSource<KeptResponse?> done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Hash256 Fingerprint => fingerprint;

    public TickHashKey Key => key;

    public Amount From => from;

    public Amount To => to;

    /// <summary>Ends with the response; null when it was too long to keep; cancelled when the handler failed.</summary>
    public Task<KeptResponse?> Response => done.Task;

    public bool IsFinished => done.Task.IsCompleted;

    public void Finish(KeptResponse? response) => done.TrySetResult(response);

    public void Fail() => done.TrySetCanceled();
}

/// <summary>
/// Names a tick within its channel; the token is part of it, so that only its holder finds the response.
/// </summary>
internal readonly record struct TickHashKey(ulong Epoch, long Number, Busbar.Ticks.TickHash Token);
