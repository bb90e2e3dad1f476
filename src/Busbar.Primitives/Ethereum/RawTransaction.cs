using Busbar.Keys;

namespace Busbar.Ethereum;

/// <summary>
/// An Ethereum transaction as a wallet signs and sends it: type 0 with EIP-155, type 1 (EIP-2930) or type 2 (EIP-1559),
/// with a recipient and an empty access list. spec/ledger.md#L-185.
/// </summary>
/// <param name="Type">0, 1 or 2.</param>
/// <param name="Network">Its chain id.</param>
/// <param name="Nonce">The number of transactions that the sender sent before.</param>
/// <param name="GasPrice">Price of a unit of gas: gasPrice, or maxFeePerGas of type 2, in wei.</param>
/// <param name="PriorityFee">maxPriorityFeePerGas of type 2; else zero, and it means nothing here.</param>
/// <param name="GasLimit">Units of gas.</param>
/// <param name="To">Recipient or contract.</param>
/// <param name="Value">In wei, 10^-18 of the fee asset's whole unit.</param>
/// <param name="Input">Call data.</param>
public sealed record RawTransaction(
    int Type,
    NetworkId Network,
    ulong Nonce,
    Uint256 GasPrice,
    Uint256 PriorityFee,
    ulong GasLimit,
    Address To,
    Uint256 Value,
    ReadOnlyMemory<byte> Input)
{
    /// <summary>The largest nonce (EIP-2681).</summary>
    public const ulong MaxNonce = ulong.MaxValue - 1;

    private const ulong LegacyV = 35;

    /// <summary>What the sender signs.</summary>
    public Hash256 SigningHash()
    {
        var fields = Fields();
        if (Type == 0)
        {
            fields.Number(Network.ChainId).Number(0).Number(0);
        }

        return Keccak256.Hash(Envelop(fields));
    }

    /// <summary>The bytes that a wallet sends.</summary>
    public byte[] Encode(RecoverableSignature signature)
    {
        var parity = (ulong)(signature.V - RecoverableSignature.EvenV);
        var v = Type == 0
            ? Uint256.FromUInt128(((UInt128)Network.ChainId * 2) + LegacyV + parity)
            : Uint256.FromUInt128(parity);
        return Envelop(Fields()
            .Number(v)
            .Number(Uint256.FromBytes(signature.Signature.R.ToArray()))
            .Number(Uint256.FromBytes(signature.Signature.S.ToArray())));
    }

    /// <summary>Reads the one encoding that a transaction has; never throws.</summary>
    public static DecodeError TryDecode(
        ReadOnlySpan<byte> bytes, out RawTransaction? transaction, out RecoverableSignature signature)
    {
        transaction = null;
        signature = default;
        var type = bytes.Length > 0 && bytes[0] is 1 or 2 ? bytes[0] : 0;
        if (type == 0 && bytes.Length > 0 && bytes[0] < 0xC0)
        {
            return DecodeError.UnknownKind;
        }

        var outer = new RlpReader(type == 0 ? bytes : bytes[1..]);
        var fields = new RlpReader(outer.List());
        if (!outer.Finish())
        {
            return outer.Error;
        }

        var read = ReadFields(ref fields, type);
        var (network, parity) = type == 0 ? LegacyNetwork(ref fields) : (read.Network, fields.Number(1));
        var r = ReadHash(ref fields);
        var s = ReadHash(ref fields);
        if (fields.Finish())
        {
            transaction = read with { Network = network };
            signature = new RecoverableSignature(new Signature(r, s), (byte)(RecoverableSignature.EvenV + parity));
        }

        return fields.Error;
    }

    private static RawTransaction ReadFields(ref RlpReader fields, int type)
    {
        var network = type == 0 ? default : new NetworkId(fields.Number(ulong.MaxValue));
        var nonce = fields.Number(MaxNonce);
        var priorityFee = type == 2 ? fields.Number() : default;
        var gasPrice = fields.Number();
        var gasLimit = fields.Number(ulong.MaxValue);
        var to = fields.Bytes();
        if (to.Length != Address.SizeBytes)
        {
            // Empty for the creation of a contract.
            fields.Fail(DecodeError.WrongLength);
        }

        var value = fields.Number();
        var input = fields.Bytes();
        if (type != 0 && !fields.List().IsEmpty)
        {
            fields.Fail(DecodeError.WrongLength);
        }

        return new RawTransaction(
            type,
            network,
            nonce,
            gasPrice,
            priorityFee,
            gasLimit,
            fields.Failed ? default : new Address(to),
            value,
            fields.Failed ? default : input.ToArray());
    }

    // EIP-155: v = chain id x 2 + 35 + parity. The v of before, 27 and 28, names no network.
    private static (NetworkId Network, ulong Parity) LegacyNetwork(ref RlpReader fields)
    {
        var v = fields.Number();
        if (!fields.Failed && (v.High != 0 || v.Low < LegacyV || (v.Low - LegacyV) / 2 > ulong.MaxValue))
        {
            fields.Fail(DecodeError.OutOfRange);
        }

        return fields.Failed
            ? default
            : (new NetworkId((ulong)((v.Low - LegacyV) / 2)), (ulong)((v.Low - LegacyV) % 2));
    }

    private static Hash256 ReadHash(ref RlpReader fields)
    {
        Span<byte> bytes = stackalloc byte[Hash256.SizeBytes];
        fields.Number().CopyTo(bytes);
        return new Hash256(bytes);
    }

    private RlpWriter Fields()
    {
        var writer = new RlpWriter();
        if (Type != 0)
        {
            writer.Number(Network.ChainId);
        }

        writer.Number(Nonce);
        if (Type == 2)
        {
            writer.Number(PriorityFee);
        }

        writer.Number(GasPrice).Number(GasLimit).Bytes(To.ToArray()).Number(Value).Bytes(Input.Span);
        return Type == 0 ? writer : writer.List(new RlpWriter());
    }

    private byte[] Envelop(RlpWriter fields)
    {
        var list = new RlpWriter().List(fields).ToArray();
        return Type == 0 ? list : [(byte)Type, .. list];
    }
}
