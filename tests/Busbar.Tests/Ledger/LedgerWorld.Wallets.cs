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
    public Operation.Permit WritePermit(ulong value = 500, ulong nonce = 0) => new(
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

    public Amount WalletBalance(int wallet, Address? asset = null) =>
        State.BalanceOf(Wallets[wallet].Address, asset ?? Dollar);
}
