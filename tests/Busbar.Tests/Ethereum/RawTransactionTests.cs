using System.Text.Json;
using Busbar.Eng;
using Busbar.Ethereum;
using Busbar.Keys;
using Busbar.Transactions;
using static Busbar.Tests.Ledger.LedgerWorld;

namespace Busbar.Tests.Ethereum;

public sealed class RawTransactionTests
{
    private static readonly JsonElement Vectors = JsonDocument.Parse(File.ReadAllText(
        Path.Combine(Tidy.FindRoot(AppContext.BaseDirectory), "spec", "vectors", "ethereum.json"))).RootElement;

    private static readonly Address To = Address.Parse("0x" + new string('1', 40));
    private static readonly Address Spender = Address.Parse("0x" + new string('2', 40));
    private static readonly Hash256 Nonce = Hash256.Parse(new string('3', 64));

    // The example of EIP-155.
    [Fact]
    public void L185_the_example_of_EIP_155()
    {
        var bytes = Convert.FromHexString(
            "f86c098504a817c800825208943535353535353535353535353535353535353535880de0b6b3a764000080"
            + "25a028ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276"
            + "a067cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83");
        Assert.Equal(DecodeError.Unset, RawTransaction.TryDecode(bytes, out var raw, out var signature));
        Assert.Equal((new NetworkId(1), 9UL, 21_000UL, 0), (raw!.Network, raw.Nonce, raw.GasLimit, raw.Type));
        Assert.Equal(
            "0xdaf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53", raw.SigningHash().ToString());
        Assert.Equal(
            Address.Parse("0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F"),
            signature.Recover(raw.SigningHash())!.Address);
        Assert.Equal(bytes, raw.Encode(signature));
    }

    [Fact]
    public void L185_L186_what_viem_signs_as_type_0_1_and_2_is_read_and_written_alike()
    {
        var sender = Wallets[0].Address;
        Assert.Equal(sender.ToString(), Vectors.GetProperty("address").GetString());
        var transactions = Vectors.GetProperty("transactions").EnumerateArray().Select(Bytes).ToArray();
        for (var type = 0; type < 3; type++)
        {
            Assert.Equal(
                DecodeError.Unset, RawTransaction.TryDecode(transactions[type], out var raw, out var signature));
            Assert.Equal((type, Network), (raw!.Type, raw.Network));
            Assert.Equal(sender, signature.Recover(raw.SigningHash())!.Address);
            Assert.Equal(transactions[type], raw.Encode(signature));
            Assert.Equal(
                DecodeError.Unset, EthereumTransaction.TryCreate(transactions[type], Dollar, 9, null, out var signed));
            Assert.Equal(
                (sender, sender), (signed!.Transaction.Account, signed.Transaction.Signer));
            Assert.Equal(VerificationStatus.Verified, Verify(signed));
        }

        EthereumTransaction.TryCreate(transactions[0], Dollar, 9, null, out var first);
        Assert.Equal(Vectors.GetProperty("hashOfFirst").GetString(), first!.SigningHash().ToString());
        Assert.Equal(
            "0xffffffffffff" + first.SigningHash().ToString()[2..22], first.Transaction.IntentId.ToString());
    }

    [Fact]
    public void L160_L161_L173_what_viem_signs_as_typed_data_is_its_accounts()
    {
        var signer = Wallets[0].Address;
        var pay = new Authorization(
            Dollar,
            DollarDomain,
            signer,
            To,
            new Amount(500),
            0,
            1_800_000_060,
            Nonce,
            Signature("transferWithAuthorization"));
        Assert.Equal(signer, new Operation.TransferWithAuthorization(pay).RecoverSigner());
        var receive = pay with { Signature = Signature("receiveWithAuthorization") };
        Assert.Equal(signer, new Operation.ReceiveWithAuthorization(receive).RecoverSigner());
        var cancel = new Operation.CancelAuthorization(
            Dollar, DollarDomain, signer, Nonce, Signature("cancelAuthorization"));
        Assert.Equal(signer, cancel.RecoverSigner());
        var permit = new Operation.Permit(
            Dollar, DollarDomain, signer, Spender, Uint256.MaxValue, 7, Uint256.MaxValue, Signature("permit"));
        Assert.Equal(signer, permit.RecoverSigner());
    }

    [Fact]
    public void L187_L188_the_calls_that_viem_encodes_are_these_operations()
    {
        var signer = Wallets[0].Address;
        var pay = new Authorization(
            Dollar,
            DollarDomain,
            signer,
            To,
            new Amount(500),
            0,
            1_800_000_060,
            Nonce,
            Signature("transferWithAuthorization"));
        var receive = pay with { Signature = Signature("receiveWithAuthorization") };
        var permit = new Operation.Permit(
            Dollar, DollarDomain, signer, Spender, Uint256.MaxValue, 7, Uint256.MaxValue, Signature("permit"));
        var cancel = new Operation.CancelAuthorization(
            Dollar, DollarDomain, signer, Nonce, Signature("cancelAuthorization"));
        Operation[] wanted =
        [
            new Operation.Transfer(Dollar, To, new Amount(500), Hash256.Zero),
            new Operation.Approve(Dollar, Spender, Amount.MaxValue),
            new Operation.TransferFrom(Dollar, Spender, To, new Amount(500), Hash256.Zero),
            permit, permit,
            new Operation.TransferWithAuthorization(pay), new Operation.TransferWithAuthorization(pay),
            new Operation.ReceiveWithAuthorization(receive), new Operation.ReceiveWithAuthorization(receive),
            cancel, cancel,
        ];
        var calls = Vectors.GetProperty("calls").EnumerateArray().Select(call => Bytes(call.GetProperty("input")));
        foreach (var (input, operation) in calls.Zip(wanted))
        {
            WalletTerms? terms = operation.WalletSigner is null
                ? null
                : new WalletTerms(DollarDomain, operation is Operation.Permit ? 7UL : 0);
            var signed = SignRaw(WriteCall(input), terms: terms);
            Assert.Equal(operation, Assert.Single(signed.Transaction.Operations));
            Assert.Equal(VerificationStatus.Verified, Verify(signed));
            RefuseEveryOtherEncoding(input, terms);
        }
    }

    [Fact]
    public void L185_another_form_is_not_decoded()
    {
        var good = WriteRaw();
        foreach (var type in new[] { 0, 1, 2 })
        {
            var bytes = Encode(good with { Type = type });
            Assert.Equal(DecodeError.Unset, Decode(bytes));
            Assert.Equal(DecodeError.TrailingBytes, Decode([.. bytes, 0]));
            Assert.NotEqual(DecodeError.Unset, Decode(bytes[..^1]));
        }

        Assert.Equal(DecodeError.UnknownKind, Decode([3, .. Encode(good)[1..]]));
        Assert.Equal(DecodeError.UnknownKind, Decode([0, .. Encode(good with { Type = 0 })]));
        Assert.Equal(DecodeError.Truncated, Decode([]));
        Assert.Equal(DecodeError.Unset, Decode(Encode(good with { Nonce = RawTransaction.MaxNonce })));
        Assert.Equal(DecodeError.OutOfRange, Decode(Encode(good with { Nonce = ulong.MaxValue })));

        // A contract's creation; an access list; the v of before EIP-155; a parity of 2; r with a leading zero.
        Assert.Equal(DecodeError.WrongLength, Decode(Fields(type: 2, to: [])));
        Assert.Equal(DecodeError.WrongLength, Decode(Fields(type: 2, accessList: new RlpWriter().Bytes([1]))));
        Assert.Equal(DecodeError.OutOfRange, Decode(Fields(type: 0, v: 27)));
        Assert.Equal(DecodeError.OutOfRange, Decode(Fields(type: 2, v: 2)));
        Assert.Equal(DecodeError.NotCanonical, Decode(Fields(type: 2, r: [0, 1])));
        Assert.Equal(DecodeError.Unset, Decode(Fields(type: 2)));
    }

    [Fact]
    public void L185_every_changed_byte_gives_another_sender_or_nothing()
    {
        var bytes = Encode(WriteRaw());
        for (var i = 0; i < bytes.Length; i += 3)
        {
            var changed = bytes.ToArray();
            changed[i] ^= 1;
            if (RawTransaction.TryDecode(changed, out var raw, out var signature) == DecodeError.Unset)
            {
                Assert.NotEqual(Wallets[0].Address, signature.Recover(raw!.SigningHash())?.Address);
                Assert.Equal(changed, raw.Encode(signature));
            }
        }
    }

    [Fact]
    public void L187_call_data_that_is_no_known_call_is_refused()
    {
        byte[][] unknown =
        [
            [1], [1, 2, 3, 4], CallOf("transfer(address,uint256)", new AbiWords().Add(To)),
            CallOf("mint(address,uint256)", new AbiWords().Add(To).Add(5UL)),
            CallOf("transfer(address,uint256)", new AbiWords().Add(new Hash256(new byte[32])).Add(Uint256.MaxValue)),
            CallOf("transfer(address,uint256)", new AbiWords().Add(Nonce).Add(5UL)),
        ];
        Assert.All(
            unknown,
            input => Assert.Equal(VerificationStatus.EthereumCallUnknown, Verify(SignRaw(WriteCall(input)))));
        Assert.Equal(
            VerificationStatus.Verified, Verify(SignRaw(WriteCall(TransferCall(To, UInt128.MaxValue)))));
    }

    [Fact]
    public void L187_a_value_is_a_whole_number_of_atomic_units_and_comes_without_call()
    {
        var raw = WriteRaw();
        Uint256 Wei(UInt128 wei) => Uint256.FromUInt128(wei);
        Assert.Equal(
            VerificationStatus.EthereumValueInvalid, Verify(SignRaw(raw with { Value = Wei(1_500_000_000) })));
        Assert.Equal(VerificationStatus.EthereumValueInvalid, Verify(SignRaw(raw with { Value = Wei(1) })));
        Assert.Equal(VerificationStatus.EthereumValueInvalid, Verify(SignRaw(raw with { Value = Uint256.MaxValue })));
        Assert.Equal(
            VerificationStatus.EthereumValueInvalid,
            Verify(SignRaw(WriteCall(TransferCall(To, 1)) with { Value = Wei(1_000_000_000) })));
        var one = SignRaw(raw with { Value = Wei(1_000_000_000) });
        Assert.Equal(
            new Operation.Transfer(Dollar, AddressOf(1), new Amount(1), Hash256.Zero),
            Assert.Single(one.Transaction.Operations));

        // 2^128 - 1 atomic units fit, one more does not.
        var scale = (System.Numerics.BigInteger)1_000_000_000;
        var largest = ((System.Numerics.BigInteger.One << 128) - 1) * scale;
        Assert.Equal(VerificationStatus.Verified, Verify(SignRaw(raw with { Value = Wide(largest) })));
        Assert.Equal(
            VerificationStatus.EthereumValueInvalid, Verify(SignRaw(raw with { Value = Wide(largest + scale) })));
    }

    [Fact]
    public void L185_maxFee_is_gas_limit_times_price_rounded_down_and_cut_off()
    {
        var raw = WriteRaw();
        Assert.Equal(new Amount(1_000_000_000), SignRaw(raw).Transaction.MaxFee);
        Assert.Equal(
            new Amount(0),
            SignRaw(raw with { GasPrice = Uint256.FromUInt128(999_999_999), GasLimit = 1 }).Transaction.MaxFee);
        Assert.Equal(
            new Amount(1),
            SignRaw(raw with { GasPrice = Uint256.FromUInt128(1_999_999_999), GasLimit = 1 }).Transaction.MaxFee);
        Assert.Equal(Amount.MaxValue, SignRaw(raw with { GasPrice = Uint256.MaxValue }).Transaction.MaxFee);
        Assert.Equal(
            new Amount(1_000_000_000), SignRaw(raw with { PriorityFee = Uint256.MaxValue }).Transaction.MaxFee);
    }

    // Another selector, padding, offset, length or tail of the same arguments.
    private static void RefuseEveryOtherEncoding(byte[] input, WalletTerms? terms)
    {
        VerificationStatus Try(byte[] other) => Verify(SignRaw(WriteCall(other), terms: terms));
        Assert.NotEqual(VerificationStatus.Verified, Try([.. input, 0]));
        Assert.NotEqual(VerificationStatus.Verified, Try([.. input, .. new byte[32]]));
        Assert.NotEqual(VerificationStatus.Verified, Try(input[..^1]));
        Assert.NotEqual(VerificationStatus.Verified, Try(input[..^32]));
        foreach (var place in new[] { 0, 4, 15 })
        {
            var other = input.ToArray();
            other[place] ^= 1;
            Assert.NotEqual(VerificationStatus.Verified, Try(other));
        }

        for (var place = 4; terms is not null && place < input.Length; place += 29)
        {
            var other = input.ToArray();
            other[place] ^= 1;
            Assert.NotEqual(VerificationStatus.Verified, Try(other));
        }
    }

    private static byte[] Fields(
        int type, byte[]? to = null, RlpWriter? accessList = null, ulong v = 1, byte[]? r = null)
    {
        var fields = new RlpWriter();
        if (type == 2)
        {
            fields.Number(Network.ChainId).Number(0).Number(0).Number(1).Number(1).Bytes(to ?? new byte[20]);
            fields.Number(0).Bytes([]).List(accessList ?? new RlpWriter());
        }
        else
        {
            fields.Number(0).Number(1).Number(1).Bytes(to ?? new byte[20]).Number(0).Bytes([]);
        }

        var list = new RlpWriter().List(fields.Number(v).Bytes(r ?? [1]).Bytes([1])).ToArray();
        return type == 0 ? list : [(byte)type, .. list];
    }

    private static byte[] Encode(RawTransaction raw) => raw.Encode(Wallets[0].SignRecoverable(raw.SigningHash()));

    private static DecodeError Decode(byte[] bytes) => RawTransaction.TryDecode(bytes, out _, out _);

    private static Uint256 Wide(System.Numerics.BigInteger value) =>
        new((UInt128)(value >> 128), (UInt128)(value & UInt128.MaxValue));

    private static byte[] Bytes(JsonElement hex) => Convert.FromHexString(hex.GetString()![2..]);

    private static RecoverableSignature Signature(string name) =>
        RecoverableSignature.FromBytes(Bytes(Vectors.GetProperty("signatures").GetProperty(name)));
}
