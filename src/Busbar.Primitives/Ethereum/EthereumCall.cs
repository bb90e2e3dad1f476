using Busbar.Keys;
using Busbar.Transactions;

namespace Busbar.Ethereum;

/// <summary>
/// The operation that a call of an asset's contract means: ERC-20, EIP-2612 and EIP-3009. Stateless and thread-safe.
/// spec/ledger.md#L-187.
/// </summary>
internal static class EthereumCall
{
    private const int SelectorSizeBytes = 4;

    // A signature is three words, or 65 bytes behind an offset and a length.
    private const string Words = ",uint8,bytes32,bytes32)";
    private const string Bytes = ",bytes)";
    private const string Authorize = "WithAuthorization(address,address,uint256,uint256,uint256,bytes32";
    private const string Cancel = "cancelAuthorization(address,bytes32";
    private const string PermitName = "permit(address,address,uint256,uint256";

    private static readonly Dictionary<uint, (ReadCall Read, bool IsBytes)> Calls = new()
    {
        [SelectorOf("transfer(address,uint256)")] = (ReadTransfer, false),
        [SelectorOf("approve(address,uint256)")] = (ReadApprove, false),
        [SelectorOf("transferFrom(address,address,uint256)")] = (ReadTransferFrom, false),
        [SelectorOf(PermitName + Words)] = (ReadPermit, false),
        [SelectorOf(PermitName + Bytes)] = (ReadPermit, true),
        [SelectorOf("transfer" + Authorize + Words)] = (ReadTransferWithAuthorization, false),
        [SelectorOf("transfer" + Authorize + Bytes)] = (ReadTransferWithAuthorization, true),
        [SelectorOf("receive" + Authorize + Words)] = (ReadReceiveWithAuthorization, false),
        [SelectorOf("receive" + Authorize + Bytes)] = (ReadReceiveWithAuthorization, true),
        [SelectorOf(Cancel + Words)] = (ReadCancelAuthorization, false),
        [SelectorOf(Cancel + Bytes)] = (ReadCancelAuthorization, true),
    };

    private delegate Operation? ReadCall(ref AbiReader arguments, Address asset, WalletTerms terms, bool isBytes);

    /// <summary>The operation, or null for call data that is none of these calls in its one encoding.</summary>
    public static Operation? Read(Address asset, ReadOnlySpan<byte> input, WalletTerms? terms)
    {
        if (input.Length < SelectorSizeBytes || !Calls.TryGetValue(SelectorIn(input), out var call))
        {
            return null;
        }

        var arguments = new AbiReader(input[SelectorSizeBytes..]);
        var operation = call.Read(ref arguments, asset, terms ?? default, call.IsBytes);
        return arguments.Finish() ? operation : null;
    }

    private static Operation.Transfer ReadTransfer(
        ref AbiReader arguments, Address asset, WalletTerms terms, bool isBytes) =>
        new(asset, arguments.Address(), ReadAmount(ref arguments), Hash256.Zero);

    private static Operation.Approve ReadApprove(
        ref AbiReader arguments, Address asset, WalletTerms terms, bool isBytes) =>
        new(asset, arguments.Address(), arguments.Word().ToAmountAtMost());

    private static Operation.TransferFrom ReadTransferFrom(
        ref AbiReader arguments, Address asset, WalletTerms terms, bool isBytes) =>
        new(asset, arguments.Address(), arguments.Address(), ReadAmount(ref arguments), Hash256.Zero);

    private static Operation.Permit ReadPermit(
        ref AbiReader arguments, Address asset, WalletTerms terms, bool isBytes)
    {
        var owner = arguments.Address();
        var spender = arguments.Address();
        var value = arguments.Word();
        var deadline = arguments.Word();
        return new Operation.Permit(
            asset,
            terms.Domain,
            owner,
            spender,
            value,
            terms.PermitNonce,
            deadline,
            ReadSignature(ref arguments, isBytes));
    }

    private static Operation.TransferWithAuthorization ReadTransferWithAuthorization(
        ref AbiReader arguments, Address asset, WalletTerms terms, bool isBytes) =>
        new(ReadAuthorization(ref arguments, asset, terms, isBytes));

    private static Operation.ReceiveWithAuthorization ReadReceiveWithAuthorization(
        ref AbiReader arguments, Address asset, WalletTerms terms, bool isBytes) =>
        new(ReadAuthorization(ref arguments, asset, terms, isBytes));

    private static Operation.CancelAuthorization ReadCancelAuthorization(
        ref AbiReader arguments, Address asset, WalletTerms terms, bool isBytes) =>
        new(asset, terms.Domain, arguments.Address(), arguments.Hash(), ReadSignature(ref arguments, isBytes));

    private static Authorization ReadAuthorization(
        ref AbiReader arguments, Address asset, WalletTerms terms, bool isBytes) => new(
            asset,
            terms.Domain,
            arguments.Address(),
            arguments.Address(),
            ReadAmount(ref arguments),
            (ulong)arguments.Number(ulong.MaxValue),
            (ulong)arguments.Number(ulong.MaxValue),
            arguments.Hash(),
            ReadSignature(ref arguments, isBytes));

    private static Amount ReadAmount(ref AbiReader arguments) => new(arguments.Number(UInt128.MaxValue));

    private static RecoverableSignature ReadSignature(ref AbiReader arguments, bool isBytes)
    {
        if (isBytes)
        {
            var bytes = arguments.Signature();
            return bytes.IsEmpty ? default : RecoverableSignature.FromBytes(bytes);
        }

        var v = (byte)arguments.Number(byte.MaxValue);
        return new RecoverableSignature(new Signature(arguments.Hash(), arguments.Hash()), v);
    }

    private static uint SelectorOf(string signature) =>
        SelectorIn(Keccak256.Hash(System.Text.Encoding.ASCII.GetBytes(signature)).ToArray());

    private static uint SelectorIn(ReadOnlySpan<byte> bytes) =>
        System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
