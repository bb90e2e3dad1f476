using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Busbar.AspNetCore;
using Busbar.Client;
using Busbar.Http402;
using Busbar.Ticks;
using CsCheck;

namespace Busbar.Tests.AspNetCore;

public sealed class WireTests
{
    private static readonly PaymentTerms Terms = new(
        NetworkId.Development,
        new Address(new byte[20]),
        new Address(new byte[20]),
        new Amount(100),
        new Amount(5),
        900_000);

    private static readonly byte[] Key = [1, 2, 3];

    [Fact]
    public void H2_a_challenge_id_is_the_hmac_of_its_fields()
    {
        var challenge = PaymentChallenge.Create(Key, "shop", Terms);
        var input = $"shop|busbar|session|{challenge.Request}|||";
        Assert.Equal(
            Base64Url.EncodeToString(HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(input))), challenge.Id);
    }

    [Fact]
    public void H1_H3_a_challenge_comes_back_from_its_header_among_others()
    {
        var challenge = PaymentChallenge.Create([1], "shop", Terms);
        using var response = new HttpResponseMessage();
        response.Headers.TryAddWithoutValidation("WWW-Authenticate", "Basic realm=\"x\"");
        response.Headers.TryAddWithoutValidation("WWW-Authenticate", challenge.ToHeader());
        Assert.True(PaymentChallenge.TryFind(response.Headers.WwwAuthenticate, out var found));
        Assert.Equal(challenge, found);
        Assert.Equal(
            """{"amount":"100","currency":"0x0000000000000000000000000000000000000000","methodDetails":"""
            + """{"minGraceMs":900000,"network":"eip155:402402","suggestedDeposit":"5","unitType":"request"},"""
            + """ "recipient":"0x0000000000000000000000000000000000000000"}""".TrimStart(),
            Encoding.UTF8.GetString(Terms.ToJson()));
    }

    [Fact]
    public void H14_a_receipt_comes_back_from_its_header()
    {
        var channel = new ChannelId(Hash256.Sha256([1]));
        var receipt = new PaymentReceipt(channel, 3, 70_000, new Amount(9), new UnixTime(1_234));
        Assert.True(PaymentReceipt.TryDecode(receipt.Encode(), out var found));
        Assert.Equal(receipt, found);
    }

    [Theory]
    [InlineData(new byte[] { 0xB4 })]
    [InlineData(new byte[] { 0x5C, 0x75, 0x64, 0x38, 0x30, 0x30 })]
    public void H20_H30_json_with_a_text_that_is_none_is_refused(byte[] noText)
    {
        // A byte that is no UTF-8, and half of a surrogate pair: both are JSON to a parser, and no text to a reader.
        byte[] json = [.. "{\"code\":\""u8, .. noText, .. "\",\"success\":true,\"network\":\"eip155:1\"}"u8];
        Assert.Equal(PaymentCode.Unset, PaymentProblem.Parse(json).Code);
        Assert.False(X402Settlement.TryDecode(Convert.ToBase64String(json), out _));
        Assert.False(PaymentReceipt.TryDecode(Base64Url.EncodeToString(json), out _));
        byte[] name = [.. "{\""u8, .. noText, .. "\":1,\"success\":true,\"network\":\"eip155:1\"}"u8];
        Assert.False(X402Settlement.TryDecode(Convert.ToBase64String(name), out _));
    }

    [Fact]
    public void H5_H6_no_text_makes_a_header_decoder_throw()
    {
        var text = Gen.OneOf(
            Gen.String, Gen.Byte.Array[0, 400].Select(bytes => Base64Url.EncodeToString(bytes)), MutatedTick());
        text.Sample(
            value =>
            {
                _ = TickHeader.TryDecode(value, out _);
                _ = VoucherHeader.TryDecode(value, out _);
                _ = BestToken.TryDecode(value, out _);
                _ = PaymentReceipt.TryDecode(value, out _);
                _ = PaymentProblem.Parse(Encoding.UTF8.GetBytes(value));
                _ = PaymentTerms.TryParse(Encoding.UTF8.GetBytes(value), out _);
            },
            iter: 3_000);
    }

    [Theory]
    [InlineData("900000", "\"900000\"")]
    [InlineData("900000", "null")]
    [InlineData("900000", "[]")]
    [InlineData("900000", "1e400")]
    [InlineData("\"100\"", "\"\\ud800\"")]
    [InlineData("\"100\"", "\"\\udc00\\ud800\"")]
    [InlineData("\"amount\"", "\"\\ud800mount\"")]
    public void H3_terms_with_a_value_of_another_type_or_half_a_character_are_refused(string part, string other)
    {
        var json = Encoding.UTF8.GetString(Terms.ToJson());
        Assert.True(PaymentTerms.TryParse(Encoding.UTF8.GetBytes(json), out _));
        var changed = json.Replace(part, other, StringComparison.Ordinal);
        Assert.NotEqual(json, changed);
        Assert.False(PaymentTerms.TryParse(Encoding.UTF8.GetBytes(changed), out _));
    }

    [Fact]
    public void H14_H20_receipts_and_refusals_with_half_a_character_or_bytes_that_are_no_text_are_read_as_nothing()
    {
        foreach (var text in new[] { "\\ud800", "\\udc00\\ud800", "\u00ff" })
        {
            var problem = Encoding.Latin1.GetBytes($$"""{"code":"{{text}}","detail":"{{text}}","best":"{{text}}"}""");
            Assert.Equal(PaymentCode.Unset, PaymentProblem.Parse(problem).Code);
            var receipt = Encoding.Latin1.GetBytes(
                $$"""{"reference":"{{text}}","amount":"1","timestamp":"{{text}}"}""");
            Assert.False(PaymentReceipt.TryDecode(Base64Url.EncodeToString(receipt), out _));
        }
    }

    [Fact]
    public void H5_a_header_of_another_version_or_with_a_rest_is_refused()
    {
        var header = new TickHeader(default, new Tick(1, 0, 1, default), []);
        Assert.True(TickHeader.TryDecode(header.Encode(), out var same));
        Assert.Equal(header.Tick, same.Tick);
        var bytes = Base64Url.DecodeFromChars(header.Encode());
        bytes[1] = 2;
        Assert.False(TickHeader.TryDecode(Base64Url.EncodeToString(bytes), out _));
        bytes[1] = 1;
        Assert.False(TickHeader.TryDecode(Base64Url.EncodeToString([.. bytes, 0]), out _));
    }

    [Fact]
    public void H10_used_value_agrees_with_a_set_of_atoms()
    {
        var steps = Gen.Select(Gen.Int[0, 60], Gen.Int[1, 5], Gen.Bool).Array[1, 80];
        var refused = 0;
        steps.Sample(
            sequence =>
            {
                var used = new UsedValue();
                var atoms = new HashSet<int>();
                var taken = new List<(int From, int To)>();
                foreach (var (from, size, give) in sequence)
                {
                    if (give && taken.Count > 0)
                    {
                        var (start, end) = taken[^1];
                        taken.RemoveAt(taken.Count - 1);
                        used.Remove(At(start), At(end));
                        atoms.RemoveWhere(atom => atom > start && atom <= end);
                        continue;
                    }

                    var free = !Enumerable.Range(from + 1, size).Any(atoms.Contains);
                    Assert.Equal(!free, used.Overlaps(At(from), At(from + size)));
                    if (!free)
                    {
                        Interlocked.Increment(ref refused);
                        continue;
                    }

                    used.Add(At(from), At(from + size));
                    atoms.UnionWith(Enumerable.Range(from + 1, size));
                    taken.Add((from, from + size));
                    used = UsedValue.Decode(used.Encode());
                }

                Assert.All(
                    Enumerable.Range(1, 70), atom => Assert.Equal(atoms.Contains(atom), used.Contains(At(atom))));
            },
            iter: 500);
        Assert.True(refused > 0);
    }

    [Fact]
    public void H18_past_its_limit_of_ranges_the_lowest_gap_counts_as_used()
    {
        var used = new UsedValue();
        for (var i = 0; i <= SellerLimits.UsedRanges; i++)
        {
            used.Add(At(i * 2), At((i * 2) + 1));
        }

        Assert.Equal(SellerLimits.UsedRanges, used.RangeCount);
        Assert.True(used.Contains(At(2)));
        Assert.False(used.Contains(At(4)));
    }

    private static Amount At(int atom) => new((UInt128)atom);

    private static Gen<string> MutatedTick() => Gen.Select(Gen.Int[0, 70], Gen.Byte).Select((at, value) =>
    {
        var header = new TickHeader(default, new Tick(1, 0, 1, default), []);
        var bytes = Base64Url.DecodeFromChars(header.Encode());
        bytes[at % bytes.Length] = value;
        return Base64Url.EncodeToString(bytes);
    });
}
