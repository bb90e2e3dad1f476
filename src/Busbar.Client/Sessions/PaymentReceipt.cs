using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Busbar.Http402;

namespace Busbar.Client;

/// <summary>
/// What a seller says it took for a response: the <c>Payment-Receipt</c> header (spec/http.md#H-14).
/// </summary>
/// <param name="Channel">The channel that paid.</param>
/// <param name="Epoch">Epoch of the tick.</param>
/// <param name="Number">Number of the tick under its voucher.</param>
/// <param name="Amount">What this response cost, in atomic units.</param>
/// <param name="Time">When it was accepted, by the seller's clock.</param>
public sealed record PaymentReceipt(ChannelId Channel, ulong Epoch, long Number, Amount Amount, UnixTime Time)
{
    internal string Encode()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            var time = DateTimeOffset.FromUnixTimeMilliseconds((long)Time.Ms);
            json.WriteStartObject();
            json.WriteString("amount", Amount.ToString());
            json.WriteString("method", SessionHeaders.Method);
            json.WriteString("reference", string.Create(CultureInfo.InvariantCulture, $"{Channel}/{Epoch}/{Number}"));
            json.WriteString("status", "success");
            json.WriteString("timestamp", time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }

        return Base64Url.EncodeToString(buffer.WrittenSpan);
    }

    internal static bool TryDecode(string text, [NotNullWhen(true)] out PaymentReceipt? receipt)
    {
        receipt = null;
        if (!HeaderBytes.TryDecode(text, SessionHeaders.MaxTickLength, out var bytes)
            || !JsonFields.TryParse(bytes, out var document))
        {
            return false;
        }

        using (document)
        {
            var root = document.RootElement;
            var parts = (JsonFields.Text(root, "reference") ?? "").Split('/');
            if (parts.Length == 3 && ChannelId.TryParse(parts[0], out var channel)
                && ulong.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
                && long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && Amount.TryParseAtomic(JsonFields.Text(root, "amount"), out var amount)
                && DateTimeOffset.TryParse(
                    JsonFields.Text(root, "timestamp"), CultureInfo.InvariantCulture, out var time)
                && time.ToUnixTimeMilliseconds() is >= 0 and var timeMs)
            {
                receipt = new PaymentReceipt(channel, epoch, number, amount, new UnixTime((ulong)timeMs));
            }
        }

        return receipt is not null;
    }
}
