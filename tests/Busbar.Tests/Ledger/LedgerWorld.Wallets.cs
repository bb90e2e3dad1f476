using System.Buffers.Binary;
using Busbar.Ethereum;
using Busbar.Keys;
using Busbar.Transactions;

namespace Busbar.Tests.Ledger;

internal sealed partial class LedgerWorld
{
    /// <summary>Keys of Ethereum wallets: 0 is rich, 1 has some, 2 has nothing and no account.</summary>
    public static readonly PrivateKey[] Wallets = [.. Enumerable.Range(1, 3).Select(Wallet)];

    /// <summary>The domains of the assets of <see cref="Genesis"/>.</summary>
    public static readonly Hash256 DollarDomain = Eip712.DomainOf("Dollar", "1", Network, Dollar);

    public ulong Seconds => State.Time.Ms / 1_000;

    public static PrivateKey Wallet(int number)
    {
        var secret = new byte[PrivateKey.SecretSizeBytes];
        BinaryPrimitives.WriteInt32BigEndian(secret.AsSpan(28), 700 + number);
        return PrivateKey.Create(KeyKind.Secp256k1, secret);
    }

    public static Hash256 NonceOf(int number) => Hash256.Sha256([(byte)(number & 255), (byte)(number >> 8)]);

    /// <summary>What wallet 0 would sign to pay key 1, from now on for a minute.</summary>
    public Authorization Write3009(ulong value = 500, int nonce = 1) => new(
        Dollar,
        DollarDomain,
        Wallets[0].Address,
        AddressOf(1),
        new Amount(value),
        0,
        Seconds + 60,
        NonceOf(nonce),
        default);

    public static Operation.TransferWithAuthorization SignTransfer(Authorization authorization, int wallet = 0) => new(
        authorization with { Signature = Wallets[wallet].SignRecoverable(Eip712.TransferDigest(authorization)) });

    public static Operation.ReceiveWithAuthorization SignReceive(Authorization authorization, int wallet = 0) => new(
        authorization with { Signature = Wallets[wallet].SignRecoverable(Eip712.ReceiveDigest(authorization)) });

    public static Operation.CancelAuthorization SignCancel(Authorization authorization, int wallet = 0) => new(
        authorization.Asset,
        authorization.Domain,
        authorization.From,
        authorization.Nonce,
        Wallets[wallet].SignRecoverable(
            Eip712.CancelDigest(authorization.Domain, authorization.From, authorization.Nonce)));

    /// <summary>What wallet 0 would sign to let key 1 move what it has, without a deadline.</summary>
    public static Operation.Permit WritePermit(ulong value = 500, ulong nonce = 0) => new(
        Dollar,
        DollarDomain,
        Wallets[0].Address,
        AddressOf(1),
        Uint256.FromUInt128(value),
        nonce,
        Uint256.MaxValue,
        default);

    public static Operation.Permit SignPermit(Operation.Permit permit, int wallet = 0) =>
        permit with { Signature = Wallets[wallet].SignRecoverable(permit.SigningHash()) };

    /// <summary>What wallet 0 sends to pay an amount of dollars to key 1, with gas for 21 dollar-micros.</summary>
    public static RawTransaction WriteRaw(ulong nonce = 0, ulong atomic = 500) => new(
        2,
        Network,
        nonce,
        Uint256.FromUInt128(1_000_000_000_000),
        default,
        1_000_000,
        AddressOf(1),
        Uint256.FromUInt128((UInt128)atomic * 1_000_000_000),
        default);

    /// <summary>The same with a call of the dollar's contract in place of the payment.</summary>
    public static RawTransaction WriteCall(ReadOnlyMemory<byte> input, ulong nonce = 0) =>
        WriteRaw(nonce) with { To = Dollar, Value = default, Input = input };

    public static EthereumTransaction SignRaw(RawTransaction raw, int wallet = 0, WalletTerms? terms = null)
    {
        var bytes = raw.Encode(Wallets[wallet].SignRecoverable(raw.SigningHash()));
        Assert.Equal(DecodeError.Unset, EthereumTransaction.TryCreate(bytes, Dollar, 9, terms, out var transaction));
        return transaction!;
    }

    /// <summary>Call data: the selector of a signature and words.</summary>
    public static byte[] CallOf(string signature, AbiWords words) =>
        [.. Keccak256.Hash(System.Text.Encoding.ASCII.GetBytes(signature)).ToArray().AsSpan(0, 4), .. words.ToArray()];

    public static byte[] TransferCall(Address to, UInt128 amount) =>
        CallOf("transfer(address,uint256)", new AbiWords().Add(to).Add(amount));

    /// <summary>An authorization that another key pays the fee of.</summary>
    public static BareAuthorization PayFor(Operation.TransferWithAuthorization operation, int feePayer, ulong maxFee)
    {
        var payer = Pairs[feePayer];
        var hash = BareAuthorization
            .Derive(Network, operation, Dollar, new Amount(maxFee), payer.Address)
            .SigningHash();
        return new BareAuthorization(
            Network,
            operation,
            Dollar,
            new Amount(maxFee),
            payer.Address,
            new SignatureProof(payer.PublicKey, payer.Sign(hash)));
    }

    public static Verified<CheckedTransaction> Check(SignedTransaction signed)
    {
        // As it arrives: from bytes.
        Assert.Equal(DecodeError.Unset, SignedTransaction.TryDecode(signed.Encode(), out var decoded));
        Assert.Equal(signed.Encode(), decoded!.Value.Encode());
        Assert.Equal(VerificationStatus.Verified, TransactionVerifier.TryVerify(decoded, Network, out var verified));
        return verified!;
    }

    public Receipt Run(SignedTransaction signed, ulong stepMs = 1_000)
    {
        var block = Begin(stepMs);
        Assert.Equal(InclusionStatus.Included, block.Apply(Check(signed), out var receipt));
        Seal(block);
        return receipt!;
    }

    public (InclusionStatus Inclusion, TransactionStatus Failure) Refuse(SignedTransaction signed, ulong stepMs = 1_000)
    {
        var block = Begin(stepMs);
        var status = block.Apply(Check(signed), out var receipt);
        Assert.Null(receipt);
        Assert.Equal(State.StateRoot, block.Seal().StateRoot);
        return (status, block.LastFailure);
    }

    public Amount WalletBalance(int wallet, Address? asset = null) =>
        State.BalanceOf(Wallets[wallet].Address, asset ?? Dollar);
}
