using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using Busbar.Keys;
using Busbar.Ticks;

namespace Busbar.Client;

/// <summary>Names and limits of the headers between buyer and seller: spec/http.md#H-5.</summary>
internal static class SessionHeaders
{
    public const string Tick = "Busbar-Tick";
    public const string Voucher = "Busbar-Voucher";
    public const string Channel = "Busbar-Channel";
    public const string Receipt = "Payment-Receipt";
    public const string IdempotencyKey = "Idempotency-Key";
    public const string Scheme = "Payment";
    public const string Method = "busbar";
    public const string Intent = "session";

    /// <summary>Characters of the longest tick header: 16 path nodes need fewer than 520.</summary>
    public const int MaxTickLength = 1_024;

    /// <summary>Characters of the longest voucher header.</summary>
    public const int MaxVoucherLength = 1_024;

    /// <summary>Characters of the longest challenge header: MPP keeps it under 8 KB.</summary>
    public const int MaxChallengeLength = 8_192;

    /// <summary>The version that stands first in every header's array.</summary>
    public const ulong Version = 1;
}

/// <summary>One payment as it travels: [1, channel, tick, [path…]] in base64url.</summary>
internal sealed record TickHeader(ChannelId Channel, Tick Tick, IReadOnlyList<TickHash> Path)
{
    public string Encode()
    {
        var writer = new CanonicalWriter();
        writer.Array(4).Number(SessionHeaders.Version).Hash(Channel.Value);
        Tick.Write(writer);
        writer.Array(Path.Count);
        foreach (var node in Path)
        {
            node.Write(writer);
        }

        return Base64Url.EncodeToString(writer.WrittenSpan);
    }

    public static bool TryDecode(string text, [NotNullWhen(true)] out TickHeader? header)
    {
        header = null;
        if (!HeaderBytes.TryDecode(text, SessionHeaders.MaxTickLength, out var bytes))
        {
            return false;
        }

        var reader = new CanonicalReader(bytes);
        reader.Array(4);
        HeaderBytes.ReadVersion(ref reader);
        var channel = new ChannelId(reader.Hash());
        var tick = Tick.Read(ref reader);
        var path = new TickHash[reader.Array(0, Limits.TickPathLength)];
        for (var i = 0; i < path.Length; i++)
        {
            path[i] = TickHash.Read(ref reader);
        }

        header = reader.Finish() ? new TickHeader(channel, tick, path) : null;
        return header is not null;
    }
}

/// <summary>
/// A voucher as it travels: [1, voucher, proof or null] in base64url. It needs no signature when it is the one that
/// rode in the channel's opening.
/// </summary>
internal sealed record VoucherHeader(Voucher Voucher, SignatureProof? Proof)
{
    public string Encode()
    {
        var writer = new CanonicalWriter();
        writer.Array(3).Number(SessionHeaders.Version);
        Voucher.Write(writer);
        if (Proof is null)
        {
            writer.Null();
        }
        else
        {
            Proof.Write(writer);
        }

        return Base64Url.EncodeToString(writer.WrittenSpan);
    }

    public static bool TryDecode(string text, [NotNullWhen(true)] out VoucherHeader? header)
    {
        header = null;
        if (!HeaderBytes.TryDecode(text, SessionHeaders.MaxVoucherLength, out var bytes))
        {
            return false;
        }

        var reader = new CanonicalReader(bytes);
        reader.Array(3);
        HeaderBytes.ReadVersion(ref reader);
        var voucher = Voucher.Read(ref reader);
        var proof = reader.TryNull() ? null : SignatureProof.Read(ref reader);
        header = reader.Finish() && voucher is not null ? new VoucherHeader(voucher, proof) : null;
        return header is not null;
    }
}

/// <summary>The best token that a seller holds of a channel: a claim in base64url, which proves itself.</summary>
internal static class BestToken
{
    /// <summary>Characters of the longest one.</summary>
    public const int MaxLength = 2_048;

    public static string Encode(Claim claim)
    {
        var writer = new CanonicalWriter();
        claim.Write(writer);
        return Base64Url.EncodeToString(writer.WrittenSpan);
    }

    public static bool TryDecode(string? text, [NotNullWhen(true)] out Claim? claim)
    {
        claim = null;
        if (text is null || !HeaderBytes.TryDecode(text, MaxLength, out var bytes))
        {
            return false;
        }

        var reader = new CanonicalReader(bytes);
        claim = Claim.Read(ref reader);
        claim = reader.Finish() ? claim : null;
        return claim is not null;
    }
}

internal static class HeaderBytes
{
    public static bool TryDecode(string text, int maxLength, out byte[] bytes)
    {
        bytes = [];
        if (text.Length == 0 || text.Length > maxLength || text.Length % 4 == 1 || !Base64Url.IsValid(text))
        {
            return false;
        }

        bytes = Base64Url.DecodeFromChars(text);
        return true;
    }

    public static void ReadVersion(ref CanonicalReader reader)
    {
        if (reader.Number() != SessionHeaders.Version)
        {
            reader.Fail(DecodeError.UnsupportedVersion);
        }
    }
}
