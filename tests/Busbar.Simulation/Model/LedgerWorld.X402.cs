using Busbar.Ethereum;
using Busbar.Keys;
using Busbar.Transactions;

namespace Busbar.Simulation.Model;

internal sealed partial class LedgerWorld
{
    /// <summary>
    /// From key 0, whose vouchers wallet 2 signs, to key 1, whose claims and refunds wallet 1 signs, with the
    /// shortest delay.
    /// </summary>
    public static X402ChannelConfig X402Config(int salt = 0) => new(
        AddressOf(0), Wallets[2].Address, AddressOf(1), Wallets[1].Address, Dollar, 5, NonceOf(salt));

    /// <summary>The same from wallet 0, which signs vouchers itself.</summary>
    public static X402ChannelConfig X402WalletConfig(int salt = 0) =>
        X402Config(salt) with { Payer = Wallets[0].Address, PayerAuthorizer = Address.Zero };

    public static Operation.DepositX402Channel Deposit(X402ChannelConfig config, UInt128 amount) =>
        new(config, new Amount(amount));

    /// <summary>A deposit of wallet 0 that is good for a minute.</summary>
    public Operation.DepositX402ChannelWithAuthorization Write3009Deposit(
        X402ChannelConfig config, UInt128 amount, int salt = 1) =>
        new(config, new Amount(amount), DollarDomain, 0, Seconds + 60, NonceOf(salt), default);

    public static Operation.DepositX402ChannelWithAuthorization SignDeposit(
        Operation.DepositX402ChannelWithAuthorization deposit, int wallet = 0)
    {
        var digest = Eip712.ReceiveDigest(deposit.AuthorizationFor(deposit.Config.IdIn(Network)));
        return deposit with { Signature = Wallets[wallet].SignRecoverable(digest) };
    }

    /// <summary>A voucher for a maximum, and a total that is the same unless it says otherwise.</summary>
    public static X402Claim SignVoucher(ChannelId channel, UInt128 maximum, UInt128? total = null, int wallet = 2) =>
        new(
            channel,
            new Amount(maximum),
            new Amount(total ?? maximum),
            Wallets[wallet].SignRecoverable(X402.VoucherDigest(Network, channel, new Amount(maximum))));

    public static Operation.ClaimX402Channels X402Claims(params X402Claim[] claims) => new(claims, null);

    public static Operation.ClaimX402Channels SignClaims(X402Claim[] claims, int wallet = 1) =>
        new(claims, Wallets[wallet].SignRecoverable(X402.ClaimsDigest(Network, claims)));

    public static Operation.RefundX402Channel SignRefund(
        ChannelId channel, UInt128 amount, ulong nonce, int wallet = 1) => new(
            channel,
            new Amount(amount),
            new X402RefundAuthorization(
                nonce,
                Wallets[wallet].SignRecoverable(X402.RefundDigest(Network, channel, nonce, new Amount(amount)))));
}
