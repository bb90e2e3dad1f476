using System.Numerics;
using Busbar.Ethereum;

namespace Busbar.Transactions;

/// <summary>
/// A raw Ethereum transaction as its own envelope: its account is the key that signed it, its nonce takes the place of
/// the intent, its gas limit and price give the largest fee. Wire: ["busbar/ethereum/1", raw, feeAsset, feeDecimals,
/// [domain, permitNonce] or null]. spec/ledger.md#L-185.
/// </summary>
public sealed record EthereumTransaction : SignedTransaction
{
    internal const int ItemCount = 5;

    private readonly byte[] encoded;

    private EthereumTransaction(
        RawTransaction raw, Address sender, byte[] encoded, Address feeAsset, int feeDecimals, WalletTerms? terms)
        : base(Derive(raw, sender, encoded, feeAsset, feeDecimals, terms, out var fault), [])
    {
        this.encoded = encoded;
        Raw = raw;
        FeeDecimals = feeDecimals;
        Terms = terms;
        Fault = fault;
    }

    /// <summary>What the wallet signed.</summary>
    public RawTransaction Raw { get; }

    /// <summary>Decimals of the fee asset, as whoever handed the transaction on says; the ledger checks it.</summary>
    public int FeeDecimals { get; }

    /// <summary>What the signature inside the call is over, or null where there is none.</summary>
    public WalletTerms? Terms { get; }

    /// <inheritdoc/>
    public override int SignatureCount => 1;

    /// <inheritdoc/>
    public override ulong? EthereumNonce => Raw.Nonce;

    /// <summary>Why it means no operation, or Verified.</summary>
    internal VerificationStatus Fault { get; }

    /// <summary>The transaction's hash as Ethereum counts it, which stands for its content.</summary>
    public override Hash256 SigningHash() => Keccak256.Hash(encoded);

    /// <summary>It waits for its nonce, and for nothing else.</summary>
    public override ulong MaxAheadMs(ulong networkMaxAheadMs) => ulong.MaxValue;

    /// <summary>The intent id under which a transaction is found: it never expires. spec/ledger.md#L-186.</summary>
    public static IntentId IntentOf(Hash256 ethereumHash) =>
        IntentId.Create(UnixTime.MaxValue, ethereumHash.ToArray().AsSpan(0, IntentId.NonceSizeBytes));

    /// <summary>Takes the bytes that a wallet sends.</summary>
    /// <param name="raw">The bytes.</param>
    /// <param name="feeAsset">The network's fee asset.</param>
    /// <param name="feeDecimals">Its decimals, 0 to 18.</param>
    /// <param name="terms">What the signature inside the call is over; null where there is none.</param>
    /// <param name="transaction">The transaction, or null.</param>
    public static DecodeError TryCreate(
        ReadOnlySpan<byte> raw,
        Address feeAsset,
        int feeDecimals,
        WalletTerms? terms,
        out EthereumTransaction? transaction)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(feeDecimals);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(feeDecimals, Amount.MaxDecimals);
        var error = RawTransaction.TryDecode(raw, out var decoded, out var signature);
        transaction = decoded is null
            ? null
            : new EthereumTransaction(
                decoded,
                signature.Recover(decoded.SigningHash())?.Address ?? Address.Zero,
                raw.ToArray(),
                feeAsset,
                feeDecimals,
                terms);
        return error;
    }

    /// <inheritdoc/>
    protected override void Write(CanonicalWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Array(ItemCount).Text(DomainTag.EthereumTransaction).Bytes(encoded);
        writer.Address(Transaction.FeeAsset).Number((ulong)FeeDecimals);
        if (Terms is { } terms)
        {
            writer.Array(2).Hash(terms.Domain).Number(terms.PermitNonce);
        }
        else
        {
            writer.Null();
        }
    }

    internal static EthereumTransaction? ReadItems(ref CanonicalReader reader)
    {
        if (reader.Text(DomainTag.EthereumTransaction.Length) != DomainTag.EthereumTransaction)
        {
            reader.Fail(DecodeError.UnknownKind);
        }

        var raw = reader.BytesUpTo(Limits.TransactionSizeBytes);
        var feeAsset = reader.Address();
        var feeDecimals = (int)reader.Number(Amount.MaxDecimals);
        WalletTerms? terms = null;
        if (!reader.TryNull())
        {
            reader.Array(2);
            terms = new WalletTerms(reader.Hash(), reader.Number());
        }

        if (reader.Failed)
        {
            return null;
        }

        var error = TryCreate(raw, feeAsset, feeDecimals, terms, out var transaction);
        if (error != DecodeError.Unset)
        {
            reader.Fail(error);
        }

        return transaction;
    }

    private static Transaction Derive(
        RawTransaction raw,
        Address sender,
        byte[] encoded,
        Address feeAsset,
        int feeDecimals,
        WalletTerms? terms,
        out VerificationStatus fault)
    {
        var scale = BigInteger.Pow(10, Amount.MaxDecimals - feeDecimals);
        var maxFee = BigInteger.Min(ToBig(raw.GasPrice) * raw.GasLimit / scale, (BigInteger)UInt128.MaxValue);
        var operation = OperationOf(raw, feeAsset, scale, terms, out fault);
        return new Transaction(
            raw.Network,
            sender,
            sender,
            IntentOf(Keccak256.Hash(encoded)),
            operation is null ? [] : [operation],
            feeAsset,
            new Amount((UInt128)maxFee),
            null);
    }

    private static Operation? OperationOf(
        RawTransaction raw, Address feeAsset, BigInteger scale, WalletTerms? terms, out VerificationStatus fault)
    {
        fault = VerificationStatus.Verified;
        if (raw.Input.Length > 0)
        {
            var call = EthereumCall.Read(raw.To, raw.Input.Span, terms);
            fault = raw.Value != default ? VerificationStatus.EthereumValueInvalid
                : call is null ? VerificationStatus.EthereumCallUnknown
                : VerificationStatus.Verified;
            return call;
        }

        var amount = BigInteger.DivRem(ToBig(raw.Value), scale, out var dust);
        if (!dust.IsZero || amount > (BigInteger)UInt128.MaxValue)
        {
            fault = VerificationStatus.EthereumValueInvalid;
            return null;
        }

        return new Operation.Transfer(feeAsset, raw.To, new Amount((UInt128)amount), Hash256.Zero);
    }

    private static BigInteger ToBig(Uint256 value) => ((BigInteger)value.High << 128) + (BigInteger)value.Low;
}
