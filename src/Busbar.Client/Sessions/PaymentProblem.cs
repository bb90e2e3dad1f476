using System.Buffers;
using System.Text.Json;
using Busbar.Http402;
using Busbar.Ticks;

namespace Busbar.Client;

/// <summary>
/// The body of a refusal (RFC 9457): a code that programs act on and, where the seller knows the channel, its best
/// token. spec/http.md#H-20.
/// </summary>
internal sealed record PaymentProblem(PaymentCode Code, string Detail, Claim? Best)
{
    /// <summary>Bytes of the longest body that a buyer reads.</summary>
    public const int MaxSizeBytes = 16 * 1024;

    public byte[] ToJson(int status)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", "about:blank");
            json.WriteString("title", "This request was not paid for.");
            json.WriteNumber("status", status);
            json.WriteString("code", Code.ToString());
            json.WriteString("detail", Detail);
            if (Best is not null)
            {
                json.WriteString("best", BestToken.Encode(Best));
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static PaymentProblem Parse(ReadOnlyMemory<byte> body)
    {
        if (!JsonFields.TryParse(body, out var document))
        {
            return new PaymentProblem(PaymentCode.Unset, "", null);
        }

        using (document)
        {
            var root = document.RootElement;
            var known = Enum.TryParse<PaymentCode>(JsonFields.Text(root, "code"), out var code)
                && Enum.IsDefined(code);
            _ = BestToken.TryDecode(JsonFields.Text(root, "best"), out var best);
            return new PaymentProblem(
                known ? code : PaymentCode.Unset, JsonFields.Text(root, "detail") ?? "", best);
        }
    }
}
