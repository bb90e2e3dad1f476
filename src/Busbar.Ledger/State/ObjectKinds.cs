namespace Busbar.Ledger;

/// <summary>Every kind of object, by the first byte of its keys: spec/ledger.md#L-50.</summary>
internal static class ObjectKinds
{
    public static ObjectKind<Address, Account> Account { get; } = new(
        StateKey.AccountKind,
        StateKey.OfAccount,
        StateKey.TryParseAddress,
        static (account, writer) => account.Write(writer),
        static (_, ref reader) => Ledger.Account.Read(ref reader));

    public static ObjectKind<BalanceKey, Amount> Balance { get; } = new(
        StateKey.BalanceKind,
        StateKey.OfBalance,
        StateKey.TryParseBalance,
        static (amount, writer) => writer.Amount(amount),
        static (_, ref reader) => reader.Amount());

    public static ObjectKind<Address, Asset> Asset { get; } = new(
        StateKey.AssetKind,
        StateKey.OfAsset,
        StateKey.TryParseAddress,
        static (asset, writer) => asset.Write(writer),
        Ledger.Asset.Read);

    public static ObjectKind<ChannelId, Channel> Channel { get; } = new(
        StateKey.ChannelKind,
        StateKey.OfChannel,
        StateKey.TryParseChannel,
        static (channel, writer) => channel.Write(writer),
        Ledger.Channel.Read);

    public static ObjectKind<byte, Governance> Governance { get; } = new(
        StateKey.GovernanceKind,
        static _ => StateKey.OfGovernance(),
        StateKey.TryParseGovernance,
        static (governance, writer) => governance.Write(writer),
        static (_, ref reader) => Ledger.Governance.Read(ref reader));

    public static ObjectKind<Hash256, Ballot> Ballot { get; } = new(
        StateKey.BallotKind,
        StateKey.OfBallot,
        StateKey.TryParseHash,
        static (ballot, writer) => ballot.Write(writer),
        Ledger.Ballot.Read);

    public static ObjectKind<StreamId, PaymentStream> Stream { get; } = new(
        StateKey.StreamKind,
        StateKey.OfStream,
        StateKey.TryParseStream,
        static (stream, writer) => stream.Write(writer),
        PaymentStream.Read);

    public static ObjectKind<EscrowId, Escrow> Escrow { get; } = new(
        StateKey.EscrowKind,
        StateKey.OfEscrow,
        StateKey.TryParseEscrow,
        static (escrow, writer) => escrow.Write(writer),
        Ledger.Escrow.Read);

    public static ObjectKind<MandateKey, Mandate> Mandate { get; } = new(
        StateKey.MandateKind,
        StateKey.OfMandate,
        StateKey.TryParseMandate,
        static (mandate, writer) => mandate.Write(writer),
        Ledger.Mandate.Read);

    public static ObjectKind<BalanceKey, FrozenBalance> FrozenBalance { get; } = new(
        StateKey.FrozenBalanceKind,
        StateKey.OfFrozenBalance,
        StateKey.TryParseBalance,
        static (frozen, writer) => frozen.Write(writer),
        static (_, ref reader) => Ledger.FrozenBalance.Read(ref reader));

    public static ObjectKind<AuthorizationKey, AuthorizationRecord> Authorization { get; } = new(
        StateKey.AuthorizationKind,
        StateKey.OfAuthorization,
        StateKey.TryParseAuthorization,
        static (record, writer) => record.Write(writer),
        static (_, ref reader) => AuthorizationRecord.Read(ref reader));

    public static ObjectKind<AllowanceKey, Amount> Allowance { get; } = new(
        StateKey.AllowanceKind,
        StateKey.OfAllowance,
        StateKey.TryParseAllowance,
        static (amount, writer) => writer.Amount(amount),
        static (_, ref reader) => reader.Amount());

    public static ObjectKind<BalanceKey, ulong> PermitNonce { get; } = new(
        StateKey.PermitNonceKind,
        StateKey.OfPermitNonce,
        StateKey.TryParseBalance,
        static (nonce, writer) => writer.Number(nonce),
        static (_, ref reader) => reader.Number());

    public static ObjectKind<Address, ulong> EthereumNonce { get; } = new(
        StateKey.EthereumNonceKind,
        StateKey.OfEthereumNonce,
        StateKey.TryParseAddress,
        static (nonce, writer) => writer.Number(nonce),
        static (_, ref reader) => reader.Number());

    public static ObjectKind<ChannelId, X402Channel> X402Channel { get; } = new(
        StateKey.X402ChannelKind,
        StateKey.OfX402Channel,
        StateKey.TryParseChannel,
        static (channel, writer) => channel.Write(writer),
        Ledger.X402Channel.Read);

    public static ObjectKind<IntentKey, IntentRecord> Intent { get; } = new(
        StateKey.IntentKind,
        StateKey.OfIntent,
        StateKey.TryParseIntent,
        static (record, writer) => record.Write(writer),
        static (_, ref reader) => IntentRecord.Read(ref reader));
}
