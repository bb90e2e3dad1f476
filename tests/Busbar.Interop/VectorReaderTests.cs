using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Busbar.Interop;

/// <summary>A second implementation, written from spec/ alone, agrees with every vector and notices damage.</summary>
public sealed class VectorReaderTests
{
    [Theory]
    [InlineData("encoding", "numbers")]
    [InlineData("encoding", "refused")]
    [InlineData("encoding", "transaction")]
    [InlineData("encoding", "votes")]
    [InlineData("keys", "keys")]
    [InlineData("ticks", "keys")]
    [InlineData("ticks", "small")]
    [InlineData("ticks", "default")]
    [InlineData("ticks", "accept")]
    [InlineData("ticks", "claims")]
    [InlineData("ticks", "successions")]
    [InlineData("ticks", "malformed")]
    [InlineData("ethereum", "signatures")]
    [InlineData("ethereum", "calls")]
    [InlineData("ethereum", "transactions")]
    [InlineData("ledger", "genesis")]
    [InlineData("ledger", "blocks")]
    [InlineData("ledger", "transactions")]
    [InlineData("proofs", "sets")]
    [InlineData("proofs", "proofs")]
    [InlineData("rejections", "encodings")]
    [InlineData("rejections", "signatures")]
    [InlineData("rejections", "recoverable")]
    [InlineData("rejections", "transactions")]
    [InlineData("x402", "channels")]
    [InlineData("x402", "claims")]
    public async Task The_reader_agrees_with_every_case_of_a_file(string kind, string group)
    {
        var cases = (await VectorReader.CheckAsync(kind)).Where(one => one.Group == group).ToArray();
        Assert.DoesNotContain(cases, one => one.Problem is not null);
        Assert.Equal(CountOf(Parse(kind), kind, group), cases.Length);
        Assert.NotEmpty(cases);
    }

    [Theory]
    [InlineData("encoding")]
    [InlineData("keys")]
    [InlineData("ticks")]
    [InlineData("ethereum")]
    [InlineData("ledger")]
    [InlineData("proofs")]
    [InlineData("rejections")]
    [InlineData("x402")]
    public async Task The_reader_looks_at_every_array_of_a_file(string kind)
    {
        var groups = (await VectorReader.CheckAsync(kind)).Select(one => one.Group).ToHashSet();
        var arrays = Parse(kind).Where(pair => pair.Value is JsonArray).Select(pair => pair.Key);
        Assert.Empty(arrays.Except(groups));
    }

    [Fact]
    public void Every_vector_file_is_read()
    {
        var read = typeof(VectorReaderTests).GetMethod(nameof(The_reader_looks_at_every_array_of_a_file))!
            .GetCustomAttributes(typeof(InlineDataAttribute), inherit: false)
            .Select(one => (string)((InlineDataAttribute)one).Data[0]! + ".json");
        Assert.Equal(
            Directory.EnumerateFiles(VectorReader.Folder).Select(Path.GetFileName).Order(), read.Order());
    }

    [Theory]
    [InlineData("encoding", "signingHash")]
    [InlineData("encoding", "signedEncoding")]
    [InlineData("encoding", "digest")]
    [InlineData("keys", "secret")]
    [InlineData("keys", "publicKey")]
    [InlineData("keys", "signature")]
    [InlineData("ticks", "root")]
    [InlineData("ticks", "token")]
    [InlineData("ticks", "signature")]
    [InlineData("ticks", "claim")]
    [InlineData("ethereum", "permit")]
    [InlineData("ethereum", "hashOfFirst")]
    [InlineData("ledger", "encoding")]
    [InlineData("ledger", "path")]
    [InlineData("ledger", "value")]
    [InlineData("ledger", "preStateRoot")]
    [InlineData("ledger", "receiptsRoot")]
    [InlineData("ledger", "signingHash")]
    [InlineData("ledger", "intentId")]
    [InlineData("ledger", "makes")]
    [InlineData("ledger", "hash")]
    [InlineData("proofs", "digest")]
    [InlineData("proofs", "encoding")]
    [InlineData("x402", "id")]
    [InlineData("x402", "nonce")]
    [InlineData("x402", "signature")]
    public async Task The_reader_notices_one_changed_digit(string kind, string property)
    {
        var text = await ReadAsync(kind);
        var match = Regex.Match(text, $"\"{property}\": \"0x([0-9a-f]+)\"");
        Assert.True(match.Success);
        var place = match.Groups[1].Index + match.Groups[1].Length / 2;
        var digit = text[place] == '0' ? '1' : '0';
        Assert.True(await IsNoticedAsync(kind, string.Concat(text.AsSpan(0, place), [digit], text.AsSpan(place + 1))));
    }

    [Theory]
    [InlineData("rejections", "\"bytes\": \"0x1817\"", "\"bytes\": \"0x17\"")]
    [InlineData("rejections", "\"error\": \"TrailingBytes\"", "\"error\": \"Truncated\"")]
    [InlineData("rejections", "\"valid\": false", "\"valid\": true")]
    [InlineData("rejections", "\"status\": \"SignatureInvalid\"", "\"status\": \"SignerKeyMismatch\"")]
    [InlineData("proofs", "\"status\": \"HandoverInvalid\"", "\"status\": \"Valid\"")]
    [InlineData("ledger", "\"value\": null", "\"value\": \"0x00\"")]
    [InlineData("ledger", "\"fee\": \"10000\"", "\"fee\": \"10001\"")]
    public async Task The_reader_notices_another_outcome(string kind, string right, string wrong)
    {
        var text = await ReadAsync(kind);
        var place = text.IndexOf(right, StringComparison.Ordinal);
        Assert.True(place >= 0);
        Assert.True(await IsNoticedAsync(kind, text.Remove(place, right.Length).Insert(place, wrong)));
    }

    private static async Task<bool> IsNoticedAsync(string kind, string text)
    {
        var file = Path.Combine(Path.GetTempPath(), Guid.NewGuid() + ".json");
        await File.WriteAllTextAsync(file, text);
        try
        {
            return (await VectorReader.CheckAsync(kind, file)).Any(one => one.Problem is not null);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static int CountOf(JsonObject file, string kind, string group) => (kind, group) switch
    {
        ("encoding", "transaction") or ("ticks", "default") or ("ledger", "genesis") or ("x402", "claims") => 1,
        ("ticks", "accept") => file["accept"]!["steps"]!.AsArray().Count,
        ("ethereum", "signatures") => file["signatures"]!.AsObject().Count,
        ("ledger", "transactions") => file["blocks"]!.AsArray().Sum(block => block!["transactions"]!.AsArray().Count),
        _ => file[group]!.AsArray().Count,
    };

    private static JsonObject Parse(string kind) => JsonNode.Parse(
        File.ReadAllText(Path.Combine(VectorReader.Folder, kind + ".json")))!.AsObject();

    private static Task<string> ReadAsync(string kind) =>
        File.ReadAllTextAsync(Path.Combine(VectorReader.Folder, kind + ".json"));
}
