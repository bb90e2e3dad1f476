using Busbar.Ethereum;
using CsCheck;

namespace Busbar.Tests.Ethereum;

public sealed class RlpTests
{
    // The examples of the Ethereum wiki.
    [Theory]
    [InlineData("83646f67", "646f67")]
    [InlineData("80", "")]
    [InlineData("00", "00")]
    [InlineData("0f", "0f")]
    [InlineData("820400", "0400")]
    public void L185_a_string_has_one_encoding(string encoded, string value)
    {
        var reader = new RlpReader(Convert.FromHexString(encoded));
        Assert.Equal(value, Convert.ToHexStringLower(reader.Bytes()));
        Assert.True(reader.Finish());
        var written = new RlpWriter().Bytes(Convert.FromHexString(value)).ToArray();
        Assert.Equal(encoded, Convert.ToHexStringLower(written));
    }

    [Theory]
    [InlineData("8100", DecodeError.NotCanonical)]
    [InlineData("817f", DecodeError.NotCanonical)]
    [InlineData("b801ff", DecodeError.NotCanonical)]
    [InlineData("b83700", DecodeError.NotCanonical)]
    [InlineData("b9000100", DecodeError.NotCanonical)]
    [InlineData("b90038", DecodeError.NotCanonical)]
    [InlineData("83646f", DecodeError.Truncated)]
    [InlineData("b8", DecodeError.Truncated)]
    [InlineData("b90100", DecodeError.Truncated)]
    [InlineData("bfffffffffffffffff", DecodeError.Truncated)]
    [InlineData("", DecodeError.Truncated)]
    [InlineData("c0", DecodeError.WrongType)]
    [InlineData("f8", DecodeError.WrongType)]
    public void L185_every_other_string_is_refused(string encoded, DecodeError error)
    {
        var reader = new RlpReader(Convert.FromHexString(encoded));
        Assert.True(reader.Bytes().IsEmpty);
        Assert.Equal(error, reader.Error);
        reader.Bytes();
        Assert.False(reader.Finish());
    }

    [Theory]
    [InlineData("f801c0", DecodeError.NotCanonical)]
    [InlineData("f800", DecodeError.NotCanonical)]
    [InlineData("c1", DecodeError.Truncated)]
    [InlineData("80", DecodeError.WrongType)]
    [InlineData("00", DecodeError.WrongType)]
    [InlineData("", DecodeError.Truncated)]
    public void L185_every_other_list_is_refused(string encoded, DecodeError error)
    {
        var reader = new RlpReader(Convert.FromHexString(encoded));
        Assert.True(reader.List().IsEmpty);
        Assert.Equal(error, reader.Error);
    }

    [Theory]
    [InlineData("00", DecodeError.NotCanonical)]
    [InlineData("820001", DecodeError.NotCanonical)]
    [InlineData("a1010000000000000000000000000000000000000000000000000000000000000000", DecodeError.OutOfRange)]
    public void L185_a_number_has_no_leading_zero_and_at_most_256_bits(string encoded, DecodeError error)
    {
        var reader = new RlpReader(Convert.FromHexString(encoded));
        Assert.Equal(default, reader.Number());
        Assert.Equal(error, reader.Error);
    }

    [Fact]
    public void L185_numbers_up_to_their_largest_and_one_past_it()
    {
        var largest = new RlpReader(new RlpWriter().Number(Uint256.MaxValue).ToArray());
        Assert.Equal(Uint256.MaxValue, largest.Number());
        Assert.Equal(DecodeError.Unset, largest.Error);
        var reader = new RlpReader(new RlpWriter().Number(7).Number(8).ToArray());
        Assert.Equal(7UL, reader.Number(7));
        Assert.Equal(0UL, reader.Number(7));
        Assert.Equal(DecodeError.OutOfRange, reader.Error);
    }

    [Fact]
    public void L185_lists_and_strings_of_every_length_come_back() =>
        Gen.Byte.Array[0, 300].Array[0, 20].Sample(strings =>
        {
            var items = new RlpWriter();
            foreach (var item in strings)
            {
                items.Bytes(item);
            }

            var outer = new RlpReader(new RlpWriter().List(items).ToArray());
            var inner = new RlpReader(outer.List());
            Assert.True(outer.Finish());
            foreach (var item in strings)
            {
                Assert.Equal(item, inner.Bytes().ToArray());
            }

            Assert.True(inner.Finish());
        });

    [Fact]
    public void L185_noise_never_throws_and_a_string_of_more_than_64_KiB_comes_back()
    {
        Gen.Byte.Array[0, 80].Sample(noise =>
        {
            var reader = new RlpReader(noise);
            for (var i = 0; i < 20; i++)
            {
                if (i % 2 == 0)
                {
                    reader.Bytes();
                }
                else
                {
                    reader.List();
                }
            }

            reader.Finish();
            RawTransaction.TryDecode(noise, out _, out _);
        });
        var large = new byte[70_000];
        var whole = new RlpReader(new RlpWriter().Bytes(large).ToArray());
        Assert.Equal(large.Length, whole.Bytes().Length);
        Assert.True(whole.Finish());
    }
}
