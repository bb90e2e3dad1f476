using System.Formats.Cbor;
using System.Numerics;
using CsCheck;

namespace Busbar.Tests.Encodings;

public sealed class CanonicalEncodingTests
{
    private delegate void Read(ref CanonicalReader reader);

    [Fact]
    public void E1_E2_E3_what_the_writer_writes_the_oracle_reads_as_canonical() => Gen.Select(
        Gen.ULong, Gen.Byte.Array[0, 300], Gen.String[Gen.Char.AlphaNumeric, 0, 300]).Sample((number, bytes, text) =>
        {
            var written = new CanonicalWriter().Array(4).Number(number).Bytes(bytes).Text(text).Null().ToArray();

            var oracle = new CborReader(written, CborConformanceMode.Canonical);
            Assert.Equal(4, oracle.ReadStartArray());
            Assert.Equal(number, oracle.ReadUInt64());
            Assert.Equal(bytes, oracle.ReadByteString());
            Assert.Equal(text, oracle.ReadTextString());
            oracle.ReadNull();
            oracle.ReadEndArray();
            Assert.Equal(0, oracle.BytesRemaining);
        });

    [Fact]
    public void E4_wide_numbers_are_what_the_oracle_calls_bignums() => Gen.UInt128.Sample(value =>
    {
        var written = new CanonicalWriter().Number(value).ToArray();

        var oracle = new CborReader(written, CborConformanceMode.Canonical);
        var read = value <= ulong.MaxValue ? oracle.ReadUInt64() : (UInt128)oracle.ReadBigInteger();
        Assert.Equal(value, read);
        var reader = new CanonicalReader(written);
        Assert.Equal(value, reader.WideNumber());
        Assert.True(reader.Finish());
    });

    [Theory]
    [InlineData("1800")]
    [InlineData("1817")]
    [InlineData("1900ff")]
    [InlineData("1a0000ffff")]
    [InlineData("1b00000000ffffffff")]
    [InlineData("1c")]
    [InlineData("1f")]
    public void E2_a_number_in_a_longer_form_is_refused(string hex) =>
        Refused(hex, DecodeError.NotCanonical, (ref CanonicalReader reader) => reader.Number());

    [Theory]
    [InlineData("5f4101ff")]
    [InlineData("580101")]
    public void E2_E3_a_byte_string_in_a_longer_or_indefinite_form_is_refused(string hex) =>
        Refused(hex, DecodeError.NotCanonical, (ref CanonicalReader reader) => reader.BytesUpTo(8));

    [Fact]
    public void E3_an_indefinite_array_is_refused() =>
        Refused("9f01ff", DecodeError.NotCanonical, (ref CanonicalReader reader) => reader.Array(1));

    [Theory]
    [InlineData("c240")]
    [InlineData("c24101")]
    [InlineData("c248ffffffffffffffff")]
    [InlineData("c249000000000000000001")]
    [InlineData("c25000ffffffffffffffffffffffffffffff")]
    public void E4_a_bignum_that_fits_64_bits_or_begins_with_zero_is_refused(string hex) =>
        Refused(hex, DecodeError.NotCanonical, (ref CanonicalReader reader) => reader.WideNumber());

    [Fact]
    public void E4_a_bignum_past_128_bits_is_refused() => Refused(
        "c2510100000000000000000000000000000000",
        DecodeError.WrongLength,
        (ref CanonicalReader reader) => reader.WideNumber());

    [Theory]
    [InlineData("20")]
    [InlineData("f90000")]
    [InlineData("a0")]
    [InlineData("f4")]
    [InlineData("c100")]
    [InlineData("c340")]
    public void E1_another_type_is_refused(string hex) =>
        Refused(hex, DecodeError.WrongType, (ref CanonicalReader reader) => reader.WideNumber());

    [Fact]
    public void E5_trailing_bytes_are_refused() =>
        Refused("0100", DecodeError.TrailingBytes, (ref CanonicalReader reader) => reader.Number());

    [Theory]
    [InlineData("")]
    [InlineData("18")]
    [InlineData("1900")]
    [InlineData("1bffffffffffffff")]
    public void E5_a_truncated_number_is_refused(string hex) =>
        Refused(hex, DecodeError.Truncated, (ref CanonicalReader reader) => reader.Number());

    [Fact]
    public void E5_a_string_that_promises_more_than_there_is_is_refused() =>
        Refused("43ffff", DecodeError.Truncated, (ref CanonicalReader reader) => reader.BytesUpTo(8));

    [Fact]
    public void E5_a_huge_promised_length_is_refused_before_anything_is_allocated() => Refused(
        "5bffffffffffffffff", DecodeError.WrongLength, (ref CanonicalReader reader) => reader.BytesUpTo(1024));

    [Fact]
    public void E5_an_array_or_a_string_of_another_length_is_refused()
    {
        Refused("820102", DecodeError.WrongLength, (ref CanonicalReader reader) => reader.Array(1));
        Refused("80", DecodeError.WrongLength, (ref CanonicalReader reader) => reader.Array(1, 4));
        Refused("820102", DecodeError.WrongLength, (ref CanonicalReader reader) => reader.Array(0, 1));
        Refused("4100", DecodeError.WrongLength, (ref CanonicalReader reader) => reader.Bytes(2));
        Refused("43000000", DecodeError.WrongLength, (ref CanonicalReader reader) => reader.Bytes(2));
        Refused("5300000000000000000000000000000000000000", DecodeError.WrongLength,
            (ref CanonicalReader reader) => reader.Address());
    }

    [Theory]
    [InlineData("61ff")]
    [InlineData("62c080")]
    [InlineData("63eda080")]
    public void E6_text_that_is_no_UTF8_is_refused(string hex) =>
        Refused(hex, DecodeError.OutOfRange, (ref CanonicalReader reader) => reader.Text(8));

    [Fact]
    public void E11_E12_a_number_past_its_range_is_refused()
    {
        Refused("190101", DecodeError.OutOfRange, (ref CanonicalReader reader) => reader.Number(256));
        Refused("1b0001000000000000", DecodeError.OutOfRange, (ref CanonicalReader reader) => reader.Time());
        var last = new CanonicalReader(new CanonicalWriter().Time(UnixTime.MaxValue).WrittenSpan);
        Assert.Equal(UnixTime.MaxValue, last.Time());
        var most = new CanonicalReader(new CanonicalWriter().Amount(Amount.MaxValue).WrittenSpan);
        Assert.Equal(Amount.MaxValue, most.Amount());
    }

    [Fact]
    public void E7_a_missing_value_is_null()
    {
        var written = new CanonicalWriter().OptionalAddress(null).OptionalAddress(Address.Zero).ToArray();
        Assert.Equal(0xF6, written[0]);

        var reader = new CanonicalReader(written);
        Assert.Null(reader.OptionalAddress());
        Assert.Equal(Address.Zero, reader.OptionalAddress());
        Assert.True(reader.Finish());
    }

    [Fact]
    public void E1_what_the_reader_accepts_is_the_one_encoding_of_its_value()
    {
        var accepted = 0;
        Gen.Select(Gen.Byte, Gen.Byte.Array[0, 20]).Sample((first, rest) =>
        {
            byte[] input = [(byte)(first & 0xDF), .. rest];
            foreach (var read in Items)
            {
                var writer = new CanonicalWriter();
                var reader = new CanonicalReader(input);
                read(ref reader, writer);
                if (!reader.Failed)
                {
                    Interlocked.Increment(ref accepted);
                    Assert.Equal(input.AsSpan(0, reader.Position), writer.WrittenSpan);
                }
            }
        },
        iter: 10_000);
        Assert.True(accepted > 500, "the generator reached too few accepted inputs");
    }

    [Fact]
    public void E5_the_first_error_sticks_and_later_reads_give_nothing()
    {
        var reader = new CanonicalReader([0x18, 0x00, 0x01]);
        reader.Number();
        Assert.Equal(0UL, reader.Number());
        Assert.Equal(0, reader.Array(0, 9));
        Assert.True(reader.BytesUpTo(9).IsEmpty);
        Assert.False(reader.TryNull());
        Assert.False(reader.Finish());
        Assert.Equal(DecodeError.NotCanonical, reader.Error);
    }

    private delegate void Item(ref CanonicalReader reader, CanonicalWriter writer);

    private static readonly Item[] Items =
    [
        (ref CanonicalReader reader, CanonicalWriter writer) => writer.Number(reader.WideNumber()),
        (ref CanonicalReader reader, CanonicalWriter writer) => writer.Bytes(reader.BytesUpTo(64)),
        (ref CanonicalReader reader, CanonicalWriter writer) => writer.Text(reader.Text(64)),
        (ref CanonicalReader reader, CanonicalWriter writer) => writer.Array(reader.Array(0, 64)),
        (ref CanonicalReader reader, CanonicalWriter writer) => writer.Intent(reader.Intent()),
    ];

    private static void Refused(string hex, DecodeError error, Read read)
    {
        var reader = new CanonicalReader(Convert.FromHexString(hex));
        read(ref reader);
        reader.Finish();
        Assert.Equal(error, reader.Error);
    }
}
