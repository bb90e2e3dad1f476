using Busbar.Keys;
using Busbar.Ticks;
using Busbar.Transactions;
using CsCheck;

namespace Busbar.Tests.Encodings;

public sealed class SignedTransactionTests
{
    private static readonly PublicKey EdKey = PrivateKey.Create(KeyKind.Ed25519, Bytes(32, 7)).PublicKey;
    private static readonly Gen<Amount> GenAmount = Gen.UInt128.Select(value => new Amount(value));
    private static readonly Gen<Address> GenAddress = Gen.Byte.Array[20].Select(bytes => new Address(bytes));
    private static readonly Gen<Hash256> GenHash = Gen.Byte.Array[32].Select(bytes => new Hash256(bytes));
    private static readonly Gen<ChannelId> GenChannel = GenHash.Select(hash => new ChannelId(hash));

    private static readonly Gen<Voucher> GenVoucher = Gen.Select(
        Gen.ULong, GenChannel, Gen.ULong, GenAmount, Gen.Int[0, 16], Gen.Int[0, 10]).Select(
        (network, channel, epoch, value, heads, length) => new Voucher(
            new NetworkId(network), channel, epoch, value, new Amount(1), 1 << heads, 1 << length, TickHash.Zero));

    private static readonly Gen<Claim> GenClaim = Gen.Select(GenVoucher, Gen.Bool, Gen.Int[0, 16]).Select(
        (voucher, signed, path) => new Claim(
            voucher,
            signed ? new SignatureProof(EdKey, Signature.FromBytes(Bytes(64, 3))) : null,
            new Tick(voucher.Epoch, 0, 1, TickHash.Zero),
            new TickHash[path]));

    private static readonly Gen<Operation> GenOperation = Gen.OneOf(
        Gen.Select(GenAddress, GenAddress, GenAmount, GenHash)
            .Select((asset, to, amount, note) => (Operation)new Operation.Transfer(asset, to, amount, note)),
        Gen.Select(GenAddress, GenAmount, Gen.ULong, GenVoucher, Gen.Bool).Select((payee, deposit, grace, first, has) =>
            (Operation)new Operation.OpenChannel(payee, EdKey, payee, deposit, grace, has ? first : null)),
        Gen.Select(GenChannel, GenAmount).Select((id, amount) => (Operation)new Operation.TopUpChannel(id, amount)),
        GenClaim.Array[1, 4].Select(claims => (Operation)new Operation.ClaimChannels(claims)),
        GenChannel.Select(id => (Operation)new Operation.CloseChannel(id)),
        GenChannel.Select(id => (Operation)new Operation.RequestChannelClose(id)),
        GenChannel.Select(id => (Operation)new Operation.WithdrawChannel(id)),
        ObjectOperationTests.GenOperation,
        MandateOperationTests.GenOperation,
        WalletOperationTests.GenOperation,
        X402OperationTests.GenOperation,
        ProposalTests.GenProposal.Select(proposal => (Operation)new Operation.CastVote(proposal)));

    private static readonly Gen<SignedTransaction> GenTransaction = Gen.Select(
        Gen.ULong, GenAddress, Gen.Byte.Array[16], GenOperation.Array[1, 6], GenAmount, Gen.Int[1, 2]).Select(
        (network, account, intent, operations, maxFee, signatures) => new SignedTransaction(
            new Transaction(
                new NetworkId(network), account, account, new IntentId(intent), operations, account, maxFee,
                signatures == 2 ? account : null),
            [.. Enumerable.Repeat(new SignatureProof(EdKey, Signature.FromBytes(Bytes(64, 9))), signatures)]));

    [Fact]
    public void E15_a_transaction_decodes_to_the_bytes_it_was_encoded_to() => GenTransaction.Sample(signed =>
    {
        var bytes = signed.Encode();

        Assert.Equal(DecodeError.Unset, SignedTransaction.TryDecode(bytes, out var decoded));

        Assert.Equal(bytes, decoded!.Value.Encode());
        Assert.Equal(signed.Transaction.SigningHash(), decoded.Value.Transaction.SigningHash());
    });

    [Fact]
    public void E5_every_truncation_of_a_transaction_is_refused() => GenTransaction.Sample(
        signed =>
        {
            var bytes = signed.Encode();
            for (var size = 0; size < bytes.Length; size++)
            {
                Assert.NotEqual(DecodeError.Unset, SignedTransaction.TryDecode(bytes.AsSpan(0, size), out var decoded));
                Assert.Null(decoded);
            }

            Assert.Equal(DecodeError.TrailingBytes, SignedTransaction.TryDecode([.. bytes, 0], out _));
        },
        iter: 20);

    [Fact]
    public void E1_a_changed_byte_never_throws_and_what_is_accepted_encodes_to_itself() =>
        Gen.Select(GenTransaction, Gen.Int[0, int.MaxValue], Gen.Byte, Gen.Byte).Sample((signed, place, value, more) =>
        {
            var bytes = signed.Encode();
            bytes[place % bytes.Length] = value;
            bytes[(place / 7) % bytes.Length] ^= more;
            if (SignedTransaction.TryDecode(bytes, out var decoded) == DecodeError.Unset)
            {
                Assert.Equal(bytes, decoded!.Value.Encode());
            }
        });

    [Fact]
    public void E9_noise_never_throws_and_allocates_little()
    {
        var noise = Bytes(Limits.TransactionSizeBytes, 0);
        new Random(1).NextBytes(noise);
        for (var first = 0; first < 256; first++)
        {
            noise[0] = 0x82;
            noise[1] = (byte)first;
            SignedTransaction.TryDecode(noise, out _);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        SignedTransaction.TryDecode(noise, out _);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
    }

    [Fact]
    public void E9_the_limits_of_a_transaction_hold_and_one_past_each_is_refused()
    {
        var close = new Operation.CloseChannel(default);
        var claim = new Claim(Plain(), null, null, []);
        Assert.Equal(DecodeError.Unset, Decode([.. Repeat(close, Limits.OperationsPerTransaction)]));
        Assert.Equal(DecodeError.WrongLength, Decode([.. Repeat(close, Limits.OperationsPerTransaction + 1)]));
        Assert.Equal(DecodeError.WrongLength, Decode([]));

        Assert.Equal(DecodeError.Unset, Decode([Claims(claim, Limits.ClaimsPerOperation)]));
        Assert.Equal(DecodeError.WrongLength, Decode([Claims(claim, Limits.ClaimsPerOperation + 1)]));
        Assert.Equal(DecodeError.WrongLength, Decode([Claims(claim, 0)]));

        Assert.Equal(DecodeError.Unset, Decode([close], Limits.SignaturesPerTransaction));
        Assert.Equal(DecodeError.WrongLength, Decode([close], Limits.SignaturesPerTransaction + 1));
        Assert.Equal(DecodeError.WrongLength, Decode([close], 0));

        var long17 = new Claim(Plain(), null, null, new TickHash[Limits.TickPathLength + 1]);
        Assert.Equal(DecodeError.WrongLength, Decode([Claims(long17, 1)]));
        var long16 = long17 with { Path = new TickHash[Limits.TickPathLength] };
        Assert.Equal(DecodeError.Unset, Decode([Claims(long16, 1)]));

        var tooLarge = new byte[Limits.TransactionSizeBytes + 1];
        Assert.Equal(DecodeError.WrongLength, SignedTransaction.TryDecode(tooLarge, out _));
    }

    [Fact]
    public void E9_the_sizes_of_a_voucher_hold_and_one_past_each_is_refused()
    {
        var widest = Plain() with { TickValue = new(1), Heads = Limits.TickHeads, Length = Limits.TickChainLength };
        Assert.Equal(DecodeError.Unset, Decode([Claims(new Claim(widest, null, null, []), 1)]));
        foreach (var wrong in new[]
        {
            widest with { Heads = Limits.TickHeads * 2 },
            widest with { Length = Limits.TickChainLength * 2 },
            widest with { Heads = 3 },
            widest with { Length = 0 },
        })
        {
            Assert.Equal(DecodeError.OutOfRange, Decode([Claims(new Claim(wrong, null, null, []), 1)]));
        }
    }

    [Fact]
    public void E15_an_unknown_operation_or_key_kind_or_tag_is_refused()
    {
        var bytes = Signed([new Operation.CloseChannel(default)], 1).Encode();
        var close = bytes.AsSpan().IndexOf((byte[])[0x82, (byte)OperationCode.CloseChannel, 0x58]);
        bytes[close + 1] = 9;
        Assert.Equal(DecodeError.UnknownKind, SignedTransaction.TryDecode(bytes, out _));

        bytes = Signed([new Operation.CloseChannel(default)], 1).Encode();
        var kind = bytes.AsSpan().LastIndexOf((byte[])[0x83, (byte)KeyKind.Ed25519, 0x58]);
        bytes[kind + 1] = 4;
        Assert.Equal(DecodeError.UnknownKind, SignedTransaction.TryDecode(bytes, out _));

        bytes = Signed([new Operation.CloseChannel(default)], 1).Encode();
        var tag = bytes.AsSpan().IndexOf("transaction/1"u8);
        bytes[tag + 12] = (byte)'2';
        Assert.Equal(DecodeError.UnknownKind, SignedTransaction.TryDecode(bytes, out _));
    }

    private static Operation.ClaimChannels Claims(Claim claim, int count) => new([.. Repeat(claim, count)]);

    private static IEnumerable<T> Repeat<T>(T item, int count) => Enumerable.Repeat(item, count);

    private static Voucher Plain() => new(default, default, 0, default, default, 1, 1, TickHash.Zero);

    private static DecodeError Decode(Operation[] operations, int signatures = 1) =>
        SignedTransaction.TryDecode(Signed(operations, signatures).Encode(), out _);

    private static SignedTransaction Signed(Operation[] operations, int signatures) => new(
        new Transaction(NetworkId.Development, default, default, default, operations, default, default, null),
        [.. Repeat(new SignatureProof(EdKey, Signature.FromBytes(Bytes(64, 1))), signatures)]);

    private static byte[] Bytes(int size, byte value)
    {
        var bytes = new byte[size];
        Array.Fill(bytes, value);
        return bytes;
    }
}
