using Busbar.Keys;
using Busbar.Transactions;
using CsCheck;

namespace Busbar.Tests.Encodings;

/// <summary>The operations of mandates as bytes, and what is refused before any state.</summary>
public sealed class MandateOperationTests
{
    private static readonly PrivateKey Signer = PrivateKey.Create(KeyKind.Ed25519, [.. new byte[31], 1]);
    private static readonly Gen<Address> GenAddress = Gen.Byte.Array[20].Select(bytes => new Address(bytes));
    private static readonly Gen<Amount> GenAmount = Gen.UInt128.Select(value => new Amount(value));

    private static readonly Gen<MandateWindow> GenWindow = Gen.Select(
        Gen.UInt128, Gen.ULong[1, MandateWindow.MaxRefillMs]).Select((size, refill) => new MandateWindow(
            new Amount(1 + size % MandateWindow.MaxCapacity.Atomic), refill));

    private static readonly Gen<MandateLimit[]> GenLimits = Gen.Select(
        GenAddress, GenAmount, GenWindow, Gen.Int[0, 3]).Select((asset, total, window, form) => new MandateLimit(
            asset, form < 2 ? total : null, form % 2 == 0 ? window : null)).Array[0, 8].Select(
        limits => limits.DistinctBy(limit => limit.Asset).OrderBy(limit => limit.Asset).ToArray());

    private static readonly Gen<MandateScope> GenScope = Gen.Select(
        Gen.Int[1, 255].Array[1, 64], GenAddress.Array[0, 16], Gen.Bool).Select((codes, payees, any) =>
            new MandateScope(
                [.. codes.Distinct().Order().Select(code => (OperationCode)code)],
                any ? null : [.. payees.Distinct().Order()]));

    public static Gen<Operation> GenOperation { get; } = Gen.OneOf(
        Gen.Select(GenAddress, Gen.ULong[0, UnixTime.MaxValue.Ms], GenScope, GenLimits).Select(
            (signer, expiry, scope, limits) =>
                (Operation)new Operation.GrantMandate(signer, new UnixTime(expiry), scope, limits)),
        GenAddress.Select(signer => (Operation)new Operation.RevokeMandate(signer)));

    [Fact]
    public void L1_E15_operations_of_mandates_decode_to_what_they_were() => GenOperation.Sample(operation =>
    {
        var bytes = Encode(operation);
        var reader = new CanonicalReader(bytes);
        var read = Operation.Read(ref reader)!;
        Assert.True(reader.Finish());
        Assert.Equal(operation.Code, read.Code);
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
    public void L3_L141_E9_the_limits_of_a_scope_hold_and_one_past_each_is_refused()
    {
        static OperationCode[] Codes(int first, int count) =>
            [.. Enumerable.Range(first, count).Select(code => (OperationCode)code)];
        static Address[] Payees(int count) => [.. Enumerable.Range(0, count).Select(At)];
        var grant = new Operation.GrantMandate(At(1), UnixTime.MaxValue, new(Codes(1, 64), Payees(16)), []);
        Accept(grant);
        Accept(grant with { Scope = new(Codes(255, 1), null) });
        Accept(grant with { Scope = new(Codes(1, 1), []) });
        Refuse(grant with { Scope = new(Codes(1, 65), null) }, DecodeError.WrongLength);
        Refuse(grant with { Scope = new([], null) }, DecodeError.WrongLength);
        Refuse(grant with { Scope = new(Codes(0, 2), null) }, DecodeError.OutOfRange);
        Refuse(grant with { Scope = new(Codes(256, 1), null) }, DecodeError.OutOfRange);
        Refuse(grant with { Scope = new([.. Codes(2, 1), .. Codes(1, 1)], null) }, DecodeError.OutOfRange);
        Refuse(grant with { Scope = new([.. Codes(1, 1), .. Codes(1, 1)], null) }, DecodeError.OutOfRange);
        Refuse(grant with { Scope = new(Codes(1, 1), Payees(17)) }, DecodeError.WrongLength);
        Refuse(grant with { Scope = new(Codes(1, 1), [At(2), At(1)]) }, DecodeError.OutOfRange);
        Refuse(grant with { Scope = new(Codes(1, 1), [At(1), At(1)]) }, DecodeError.OutOfRange);
    }

    [Fact]
    public void L3_L142_E9_limits_and_windows_hold_at_their_bounds_and_one_past_each_is_refused()
    {
        static MandateLimit Of(int asset, UInt128 capacity, ulong refillMs) =>
            new(At(asset), null, new MandateWindow(new Amount(capacity), refillMs));
        var grant = new Operation.GrantMandate(
            At(1), default, new([OperationCode.Transfer], null), [.. Enumerable.Range(0, 8).Select(i => Of(i, 1, 1))]);
        var most = (UInt128.One << 92) - 1;
        Accept(grant);
        Accept(grant with { Spending = [Of(1, most, 31_536_000_000)] });
        Accept(grant with { Spending = [new(At(1), Amount.Zero, null), new(At(2), null, null)] });
        Refuse(grant with { Spending = [.. grant.Spending, Of(8, 1, 1)] }, DecodeError.WrongLength);
        Refuse(grant with { Spending = [Of(1, 0, 1)] }, DecodeError.OutOfRange);
        Refuse(grant with { Spending = [Of(1, most + 1, 1)] }, DecodeError.OutOfRange);
        Refuse(grant with { Spending = [Of(1, 1, 0)] }, DecodeError.OutOfRange);
        Refuse(grant with { Spending = [Of(1, 1, 31_536_000_001)] }, DecodeError.OutOfRange);
        Refuse(grant with { Spending = [Of(1, 1, 1), Of(1, 1, 1)] }, DecodeError.OutOfRange);
        Refuse(grant with { Spending = [Of(2, 1, 1), Of(1, 1, 1)] }, DecodeError.OutOfRange);
    }

    private static Address At(int number) => new([.. new byte[19], (byte)number]);

    private static void Accept(Operation operation)
    {
        Assert.Equal(DecodeError.Unset, ErrorOf(Encode(operation)));
        Assert.Equal(VerificationStatus.Verified, Verify(operation));
    }

    private static void Refuse(Operation operation, DecodeError error)
    {
        Assert.Equal(error, ErrorOf(Encode(operation)));
        Assert.Equal(VerificationStatus.Malformed, Verify(operation));
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

    private static VerificationStatus Verify(Operation operation)
    {
        var transaction = new Transaction(
            NetworkId.Development, Signer.Address, Signer.Address, default, [operation], default, default, null);
        return TransactionVerifier.TryVerify(
            new Unverified<SignedTransaction>(new SignedTransaction(
                transaction, [new SignatureProof(Signer.PublicKey, Signer.Sign(transaction.SigningHash()))])),
            NetworkId.Development,
            out _);
    }
}
