using Busbar.Keys;
using Busbar.Transactions;
using CsCheck;

namespace Busbar.Tests.Encodings;

public sealed class X402OperationTests
{
    private static readonly Gen<Amount> GenAmount = Gen.UInt128.Select(value => new Amount(value));
    private static readonly Gen<Address> GenAddress = Gen.Byte.Array[20].Select(bytes => new Address(bytes));
    private static readonly Gen<Hash256> GenHash = Gen.Byte.Array[32].Select(bytes => new Hash256(bytes));
    private static readonly Gen<ChannelId> GenChannel = GenHash.Select(hash => new ChannelId(hash));
    private static readonly Gen<RecoverableSignature> GenSignature =
        Gen.Byte.Array[65].Select(bytes => RecoverableSignature.FromBytes(bytes));

    private static readonly Gen<X402ChannelConfig> GenConfig = Gen.Select(
        GenAddress, GenAddress, GenAddress, GenAddress, Gen.ULong[0, (1UL << 40) - 1], GenHash).Select(
        (payer, receiver, authorizer, asset, delay, salt) =>
            new X402ChannelConfig(payer, authorizer, receiver, payer, asset, delay, salt));

    private static readonly Gen<X402Claim> GenClaim = Gen.Select(GenChannel, GenAmount, GenAmount, GenSignature)
        .Select((channel, maximum, total, signature) => new X402Claim(channel, maximum, total, signature));

    public static Gen<Operation> GenOperation { get; } = Gen.OneOf(
        Gen.Select(GenConfig, GenAmount).Select((config, amount) =>
            (Operation)new Operation.DepositX402Channel(config, amount)),
        Gen.Select(GenConfig, GenAmount, GenHash, Gen.ULong, Gen.ULong, GenSignature).Select(
            (config, amount, hash, after, before, signature) =>
                (Operation)new Operation.DepositX402ChannelWithAuthorization(
                    config, amount, hash, after, before, hash, signature)),
        Gen.Select(GenClaim.Array[1, 3], GenSignature, Gen.Bool).Select((claims, signature, signed) =>
            (Operation)new Operation.ClaimX402Channels(claims, signed ? signature : null)),
        Gen.Select(GenChannel, GenAmount, Gen.ULong, GenSignature, Gen.Bool).Select(
            (channel, amount, nonce, signature, signed) => (Operation)new Operation.RefundX402Channel(
                channel, amount, signed ? new X402RefundAuthorization(nonce, signature) : null)),
        Gen.Select(GenChannel, GenAmount).Select((channel, amount) =>
            (Operation)new Operation.RequestX402Withdrawal(channel, amount)),
        GenChannel.Select(channel => (Operation)new Operation.FinishX402Withdrawal(channel)));

    private static readonly PrivateKey Signer = PrivateKey.Create(KeyKind.Ed25519, new byte[32]);

    [Fact]
    public void L1_E5_E18_each_operation_has_one_encoding_and_every_cut_of_it_is_refused() =>
        GenOperation.Sample(
            operation =>
            {
                var bytes = Encode(operation);
                var reader = new CanonicalReader(bytes);
                Assert.Equal(bytes, Encode(Operation.Read(ref reader)!));
                Assert.True(reader.Finish());
                for (var size = 0; size < bytes.Length; size++)
                {
                    var cut = new CanonicalReader(bytes.AsSpan(0, size));
                    Assert.Null(Operation.Read(ref cut));
                }

                byte[] more = [(byte)(bytes[0] + 1), .. bytes[1..], 0];
                reader = new CanonicalReader(more);
                Assert.Null(Operation.Read(ref reader));
                Assert.Equal(DecodeError.WrongLength, reader.Error);
            },
            iter: 50);

    [Fact]
    public void L3_L191_E18_a_delay_of_40_bits_is_the_longest()
    {
        var config = new X402ChannelConfig(default, default, default, default, default, (1UL << 40) - 1, default);
        Operation[] Of(X402ChannelConfig one) =>
        [
            new Operation.DepositX402Channel(one, default),
            new Operation.DepositX402ChannelWithAuthorization(one, default, default, 0, 0, default, default),
        ];
        Assert.All(Of(config), operation => Accept(operation));
        Assert.All(
            Of(config with { WithdrawDelaySeconds = 1UL << 40 }),
            operation => Refuse(operation, DecodeError.OutOfRange));
    }

    [Fact]
    public void L3_E9_a_claim_has_1_to_256_entries_and_a_transaction_256_of_both_kinds()
    {
        static Operation.ClaimX402Channels Of(int count) =>
            new([.. Enumerable.Repeat(new X402Claim(default, default, default, default), count)], null);
        Accept(Of(1));
        Accept(Of(Limits.ClaimsPerOperation));
        Refuse(Of(0), DecodeError.WrongLength);
        Refuse(Of(Limits.ClaimsPerOperation + 1), DecodeError.WrongLength);
        Assert.Equal(VerificationStatus.Verified, Verify([Of(200), Of(56)]));
        Assert.Equal(VerificationStatus.TooManyClaims, Verify([Of(200), Of(57)]));
        var ours = LedgerWorld.ClaimOf(default(ChannelId), 1);
        Assert.Equal(
            VerificationStatus.TooManyClaims,
            Verify([Of(200), new Operation.ClaimChannels([.. Enumerable.Repeat(ours, 57)])]));
    }

    [Fact]
    public void L61_signatures_are_priced_and_a_deposit_names_what_it_opens()
    {
        static ulong Units(Operation operation) => (ulong)Pricing.UnitsOf(operation, price => price switch
        {
            Price.ClaimEntry => 1_000,
            Price.ClaimSignature => 7,
            Price.RefundX402Channel => 100,
            _ => 0,
        });
        var claim = new X402Claim(default, default, default, default);
        Assert.Equal(2_014UL, Units(new Operation.ClaimX402Channels([claim, claim], null)));
        Assert.Equal(2_021UL, Units(new Operation.ClaimX402Channels([claim, claim], default(RecoverableSignature))));
        Assert.Equal(100UL, Units(new Operation.RefundX402Channel(default, default, null)));
        Assert.Equal(
            107UL, Units(new Operation.RefundX402Channel(default, default, default(X402RefundAuthorization))));
        var config = new X402ChannelConfig(default, default, Signer.Address, default, default, 0, default);
        var deposit = new Operation.DepositX402Channel(config, default);
        Assert.Equal((config, Signer.Address), (Pricing.ChannelOpenedBy(deposit), Pricing.OpenedBy(deposit)));
        Assert.Null(Pricing.ChannelOpenedBy(new Operation.FinishX402Withdrawal(default)));
    }

    private static void Accept(Operation operation)
    {
        var reader = new CanonicalReader(Encode(operation));
        Assert.NotNull(Operation.Read(ref reader));
        Assert.Equal(VerificationStatus.Verified, Verify([operation]));
    }

    private static void Refuse(Operation operation, DecodeError error)
    {
        var reader = new CanonicalReader(Encode(operation));
        Assert.Null(Operation.Read(ref reader));
        Assert.Equal(error, reader.Error);
        Assert.Equal(VerificationStatus.Malformed, Verify([operation]));
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
        var proof = new SignatureProof(Signer.PublicKey, Signer.Sign(transaction.SigningHash()));
        return TransactionVerifier.TryVerify(
            new Unverified<SignedTransaction>(new SignedTransaction(transaction, [proof])),
            NetworkId.Development,
            out _);
    }
}
