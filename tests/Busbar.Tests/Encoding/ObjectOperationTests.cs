using Busbar.Keys;
using Busbar.Transactions;
using CsCheck;

namespace Busbar.Tests.Encodings;

/// <summary>The operations of assets, streams and escrows as bytes, and what is refused before any state.</summary>
public sealed class ObjectOperationTests
{
    private static readonly PrivateKey Signer = PrivateKey.Create(KeyKind.Ed25519, [.. new byte[31], 1]);
    private static readonly SignatureProof Proof = new(Signer.PublicKey, Signer.Sign(Hash256.Zero));
    private static readonly Gen<Address> GenAddress = Gen.Byte.Array[20].Select(bytes => new Address(bytes));
    private static readonly Gen<Amount> GenAmount = Gen.UInt128.Select(value => new Amount(value));
    private static readonly Gen<Hash256> GenHash = Gen.Byte.Array[32].Select(bytes => new Hash256(bytes));

    private static readonly Gen<EscrowConditions> GenConditions = Gen.Select(
        GenHash, Gen.Int[0, 2], GenAddress.Array[1, 16], Gen.Int[0, 15]).Select((hash, form, addresses, m) =>
    {
        Address[] sorted = [.. addresses.Distinct().Order()];
        var set = new AttestorSet(1 + m % sorted.Length, sorted);
        return new EscrowConditions(form == 0 ? null : hash, form == 1 ? null : set);
    });

    public static Gen<Operation> GenOperation { get; } = Gen.OneOf(
        Gen.Select(Gen.Int[1, 64], Gen.Int[1, 16], Gen.Int[0, 18], GenAmount, Gen.Bool).Select(
            (name, symbol, decimals, supply, freezable) => (Operation)new Operation.CreateAsset(
                new string('n', name), new string('s', symbol), "1", decimals, supply, freezable)),
        Gen.Select(GenAddress, GenAddress, GenAmount).Select(
            (asset, to, amount) => (Operation)new Operation.Mint(asset, to, amount)),
        Gen.Select(GenAddress, GenAmount).Select((asset, amount) => (Operation)new Operation.Burn(asset, amount)),
        Gen.Select(GenAddress, GenAddress).Select((asset, who) => (Operation)new Operation.Freeze(asset, who)),
        Gen.Select(GenAddress, GenAddress).Select((asset, who) => (Operation)new Operation.Unfreeze(asset, who)),
        Gen.Select(GenAddress, GenAddress, GenAmount, GenAmount).Select((payee, asset, deposit, rate) =>
            (Operation)new Operation.StartStream(payee, asset, deposit, rate)),
        Gen.Select(GenHash, GenAmount).Select(
            (id, amount) => (Operation)new Operation.TopUpStream(new StreamId(id), amount)),
        GenHash.Select(id => (Operation)new Operation.StopStream(new StreamId(id))),
        GenHash.Select(id => (Operation)new Operation.WithdrawStream(new StreamId(id))),
        Gen.Select(GenAddress, GenAmount, Gen.ULong[0, UnixTime.MaxValue.Ms], GenConditions).Select(
            (payee, amount, refund, conditions) => (Operation)new Operation.LockEscrow(
                payee, payee, amount, new UnixTime(refund), conditions)),
        Gen.Select(GenHash, Gen.Bool, Gen.Int[0, 16]).Select((id, shown, count) =>
            (Operation)new Operation.ReleaseEscrow(
                new EscrowId(id), shown ? id : null, [.. Enumerable.Repeat(Proof, count)])),
        GenHash.Select(id => (Operation)new Operation.RefundEscrow(new EscrowId(id))));

    [Fact]
    public void L1_E15_operations_of_objects_decode_to_what_they_were() => GenOperation.Sample(operation =>
    {
        var bytes = Encode(operation);
        var reader = new CanonicalReader(bytes);
        var read = Operation.Read(ref reader)!;
        Assert.True(reader.Finish());
        Assert.Equal((operation.Code, operation.GetType()), (read.Code, read.GetType()));
        Assert.Equal(bytes, Encode(read));
    });

    [Fact]
    public void L1_E5_another_number_of_fields_is_refused() => GenOperation.Sample(operation =>
    {
        var bytes = Encode(operation);
        bytes[0]++;
        byte[] longer = [.. bytes, 0x00];
        var reader = new CanonicalReader(longer);
        Assert.Null(Operation.Read(ref reader));
        bytes[0] -= 2;
        reader = new CanonicalReader(bytes);
        Assert.True(Operation.Read(ref reader) is null || !reader.Finish());
    });

    [Fact]
    public void L3_L101_E9_the_limits_of_an_assets_texts_hold_and_one_past_each_is_refused()
    {
        var widest = new Operation.CreateAsset(
            new string('n', 64), new string('s', 16), new string('v', 16), 18, Amount.MaxValue, true);
        Accept(widest);
        Accept(widest with { Name = string.Concat(Enumerable.Repeat("é", 32)), Decimals = 0 });
        Refuse(widest with { Name = new string('n', 65) }, DecodeError.WrongLength);
        Refuse(widest with { Name = string.Concat(Enumerable.Repeat("é", 33)) }, DecodeError.WrongLength);
        Refuse(widest with { Name = "" }, DecodeError.WrongLength);
        Refuse(widest with { Symbol = new string('s', 17) }, DecodeError.WrongLength);
        Refuse(widest with { Symbol = "" }, DecodeError.WrongLength);
        Refuse(widest with { Version = new string('v', 17) }, DecodeError.WrongLength);
        Refuse(widest with { Version = "" }, DecodeError.WrongLength);
        Refuse(widest with { Decimals = 19 }, DecodeError.OutOfRange);
        var bytes = Encode(widest);
        bytes[^1] = 2;
        Assert.Equal(DecodeError.OutOfRange, ErrorOf(bytes));
    }

    [Fact]
    public void L3_L131_E9_the_limits_of_conditions_hold_and_one_past_each_is_refused()
    {
        static Address At(int number) => new([.. new byte[19], (byte)number]);
        static EscrowConditions Of(int threshold, params Address[] addresses) => new(null, new(threshold, addresses));
        Address[] sixteen = [.. Enumerable.Range(0, 16).Select(At)];
        var escrow = new Operation.LockEscrow(At(1), At(2), new Amount(1), UnixTime.MaxValue, Of(16, sixteen));
        Accept(escrow);
        Accept(escrow with { Conditions = Of(1, At(3)) });
        Accept(escrow with { Conditions = new(Hash256.Zero, null) });
        Refuse(escrow with { Conditions = new(null, null) }, DecodeError.OutOfRange);
        Refuse(escrow with { Conditions = Of(16, [.. sixteen, At(16)]) }, DecodeError.WrongLength);
        Refuse(escrow with { Conditions = Of(1) }, DecodeError.WrongLength);
        Refuse(escrow with { Conditions = Of(0, At(1)) }, DecodeError.OutOfRange);
        Refuse(escrow with { Conditions = Of(2, At(1)) }, DecodeError.OutOfRange);
        Refuse(escrow with { Conditions = Of(17, sixteen) }, DecodeError.OutOfRange);
        Refuse(escrow with { Conditions = Of(1, At(1), At(1)) }, DecodeError.OutOfRange);
        Refuse(escrow with { Conditions = Of(1, At(2), At(1)) }, DecodeError.OutOfRange);
    }

    [Fact]
    public void L3_E9_a_release_has_at_most_16_attestations_and_a_transaction_256()
    {
        static Operation.ReleaseEscrow Of(int count) => new(default, null, [.. Enumerable.Repeat(Proof, count)]);
        Accept(Of(Limits.EscrowAttestors));
        Refuse(Of(Limits.EscrowAttestors + 1), DecodeError.WrongLength);
        Operation[] most = [.. Enumerable.Repeat(Of(16), Limits.EscrowAttestationsPerTransaction / 16)];
        Assert.Equal(VerificationStatus.Verified, Verify(most));
        Assert.Equal(VerificationStatus.TooManyAttestations, Verify([.. most, Of(1)]));
    }

    [Fact]
    public void L61_a_release_costs_its_price_and_that_of_each_attestation()
    {
        UInt128 Units(int count) => Pricing.UnitsOf(
            new Operation.ReleaseEscrow(default, null, [.. Enumerable.Repeat(Proof, count)]),
            price => price switch { Price.ReleaseEscrow => 1_000UL, Price.EscrowAttestation => 7, _ => 0 });
        Assert.Equal((1_000UL, 1_021UL), ((ulong)Units(0), (ulong)Units(3)));
    }

    [Fact]
    public void L61_who_is_minted_streamed_or_locked_to_is_opened()
    {
        var payee = Signer.Address;
        Operation[] opening =
        [
            new Operation.Mint(default, payee, default), new Operation.StartStream(payee, default, default, default),
            new Operation.LockEscrow(payee, default, default, default, new(Hash256.Zero, null)),
        ];
        Assert.All(opening, operation => Assert.Equal(payee, Pricing.OpenedBy(operation)));
        Assert.Null(Pricing.OpenedBy(new Operation.Freeze(default, payee)));
    }

    private static void Accept(Operation operation)
    {
        Assert.Equal(DecodeError.Unset, ErrorOf(Encode(operation)));
        Assert.Equal(VerificationStatus.Verified, Verify([operation]));
    }

    private static void Refuse(Operation operation, DecodeError error)
    {
        Assert.Equal(error, ErrorOf(Encode(operation)));
        Assert.Equal(VerificationStatus.Malformed, Verify([operation]));
    }

    private static DecodeError ErrorOf(byte[] bytes)
    {
        var reader = new CanonicalReader(bytes);
        Assert.Equal(Operation.Read(ref reader) is null, reader.Failed);
        reader.Finish();
        return reader.Error;
    }

    private static byte[] Encode(Operation operation)
    {
        var writer = new CanonicalWriter();
        operation.Write(writer);
        return writer.ToArray();
    }

    private static VerificationStatus Verify(Operation[] operations)
    {
        var transaction = new Transaction(
            NetworkId.Development, Signer.Address, Signer.Address, default, operations, default, default, null);
        return TransactionVerifier.TryVerify(
            new Unverified<SignedTransaction>(new SignedTransaction(
                transaction, [new SignatureProof(Signer.PublicKey, Signer.Sign(transaction.SigningHash()))])),
            NetworkId.Development,
            out _);
    }
}
