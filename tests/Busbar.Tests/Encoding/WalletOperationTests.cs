using Busbar.Keys;
using Busbar.Transactions;
using CsCheck;

namespace Busbar.Tests.Encodings;

public sealed class WalletOperationTests
{
    private static readonly Gen<Amount> GenAmount = Gen.UInt128.Select(value => new Amount(value));
    private static readonly Gen<Address> GenAddress = Gen.Byte.Array[20].Select(bytes => new Address(bytes));
    private static readonly Gen<Hash256> GenHash = Gen.Byte.Array[32].Select(bytes => new Hash256(bytes));
    private static readonly Gen<Uint256> GenWide = Gen.Byte.Array[32].Select(bytes => Uint256.FromBytes(bytes));
    private static readonly Gen<RecoverableSignature> GenSignature =
        Gen.Byte.Array[65].Select(bytes => RecoverableSignature.FromBytes(bytes));

    private static readonly Gen<Authorization> GenAuthorization = Gen.Select(
        GenAddress, GenHash, GenAddress, GenAmount, Gen.ULong, Gen.ULong, GenHash, GenSignature).Select(
        (asset, domain, to, value, after, before, nonce, signature) =>
            new Authorization(asset, domain, to, asset, value, after, before, nonce, signature));

    public static Gen<Operation> GenOperation { get; } = Gen.OneOf(
        GenAuthorization.Select(value => (Operation)new Operation.TransferWithAuthorization(value)),
        GenAuthorization.Select(value => (Operation)new Operation.ReceiveWithAuthorization(value)),
        Gen.Select(GenAddress, GenHash, GenHash, GenSignature).Select((asset, domain, nonce, signature) =>
            (Operation)new Operation.CancelAuthorization(asset, domain, asset, nonce, signature)),
        Gen.Select(GenAddress, GenAmount).Select((asset, amount) =>
            (Operation)new Operation.Approve(asset, asset, amount)),
        Gen.Select(GenAddress, GenAddress, GenAmount, GenHash).Select((asset, to, amount, note) =>
            (Operation)new Operation.TransferFrom(asset, to, to, amount, note)),
        Gen.Select(GenAddress, GenHash, GenWide, Gen.ULong, GenWide, GenSignature).Select(
            (asset, domain, value, nonce, deadline, signature) => (Operation)new Operation.Permit(
                asset, domain, asset, asset, value, nonce, deadline, signature)));

    [Fact]
    public void L1_E17_E25_each_operation_has_one_encoding_and_every_cut_of_it_is_refused() =>
        GenOperation.Sample(operation =>
        {
            var bytes = Encode(operation);
            var reader = new CanonicalReader(bytes);
            Assert.Equal(operation, Operation.Read(ref reader));
            Assert.True(reader.Finish());
            for (var size = 0; size < bytes.Length; size++)
            {
                var cut = new CanonicalReader(bytes.AsSpan(0, size));
                Assert.Null(Operation.Read(ref cut));
            }
        });

    [Fact]
    public void L1_E15_another_number_of_fields_is_refused() => GenOperation.Sample(operation =>
    {
        var bytes = Encode(operation);
        var fewer = bytes.ToArray();
        fewer[0]--;
        var reader = new CanonicalReader(fewer);
        Assert.Null(Operation.Read(ref reader));
        Assert.Equal(DecodeError.WrongLength, reader.Error);
        byte[] more = [(byte)(bytes[0] + 1), .. bytes[1..], 0];
        reader = new CanonicalReader(more);
        Assert.Null(Operation.Read(ref reader));
        Assert.Equal(DecodeError.WrongLength, reader.Error);
    });

    [Fact]
    public void E25_a_signature_of_64_or_66_bytes_and_a_wide_number_of_another_length_are_refused()
    {
        foreach (var size in new[] { 0, 64, 66 })
        {
            var reader = new CanonicalReader(new CanonicalWriter().Bytes(new byte[size]).WrittenSpan);
            RecoverableSignature.Read(ref reader);
            Assert.Equal(DecodeError.WrongLength, reader.Error);
        }

        foreach (var size in new[] { 0, 31, 33 })
        {
            var reader = new CanonicalReader(new CanonicalWriter().Bytes(new byte[size]).WrittenSpan);
            Uint256.Read(ref reader);
            Assert.Equal(DecodeError.WrongLength, reader.Error);
        }
    }

    private static byte[] Encode(Operation operation)
    {
        var writer = new CanonicalWriter();
        operation.Write(writer);
        return writer.ToArray();
    }
}
