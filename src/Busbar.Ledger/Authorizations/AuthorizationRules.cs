using Busbar.Transactions;

namespace Busbar.Ledger;

/// <summary>
/// L-163 transfer and receive, L-164 cancel: EIP-3009 on the ledger. The wallet's signature was looked at on arrival;
/// here it counts only under the domain of the asset that the authorization names.
/// </summary>
internal static class AuthorizationRules
{
    public static TransactionStatus Transfer(Step step, Authorization authorization, SignerEvidence evidence)
    {
        var status = Check(step, authorization, evidence);
        if (status == TransactionStatus.Ok)
        {
            Execute(step, authorization);
        }

        return status;
    }

    public static TransactionStatus Receive(Step step, Authorization authorization, SignerEvidence evidence) =>
        step.Account == authorization.To
            ? Transfer(step, authorization, evidence)
            : TransactionStatus.NotRecipient;

    public static TransactionStatus Cancel(Step step, Operation.CancelAuthorization cancel, SignerEvidence evidence)
    {
        var objects = step.Objects;
        if (objects.Assets.Find(cancel.Asset) is not { } asset)
        {
            return TransactionStatus.AssetUnknown;
        }

        if (evidence.Signer != cancel.Authorizer || asset.DomainIn(step.Genesis.Network) != cancel.Domain)
        {
            return TransactionStatus.AuthorizationSignatureInvalid;
        }

        var key = new AuthorizationKey(cancel.Authorizer, cancel.Asset, cancel.Nonce);
        if (objects.Authorizations.Records.Find(key) is { } record)
        {
            return StatusOf(record);
        }

        // From here on it must succeed.
        objects.Authorizations.Records.Set(key, new AuthorizationRecord(null, step.Height, step.Transaction));
        step.Effects.Add(new Effect(
            EffectKind.AuthorizationCancelled,
            step.Transaction,
            step.Operation,
            cancel.Asset,
            cancel.Authorizer,
            cancel.Authorizer,
            Amount.Zero,
            Reference: cancel.Nonce));
        return TransactionStatus.Ok;
    }

    private static TransactionStatus Check(Step step, Authorization authorization, SignerEvidence evidence)
    {
        var objects = step.Objects;
        if (objects.Assets.Find(authorization.Asset) is null)
        {
            return TransactionStatus.AssetUnknown;
        }

        if (authorization.Value.IsZero)
        {
            return TransactionStatus.AmountIsZero;
        }

        if (objects.IsReserved(authorization.To))
        {
            return TransactionStatus.RecipientReserved;
        }

        return CheckSigned(step, authorization, evidence.Signer);
    }

    /// <summary>
    /// What is asked of an authorization of an asset that exists, whatever its recipient: the signature, the nonce, the
    /// times and the balance.
    /// </summary>
    internal static TransactionStatus CheckSigned(Step step, Authorization authorization, Address? signer)
    {
        var objects = step.Objects;
        var asset = objects.Assets.Find(authorization.Asset)!;
        if (signer != authorization.From || asset.DomainIn(step.Genesis.Network) != authorization.Domain)
        {
            return TransactionStatus.AuthorizationSignatureInvalid;
        }

        if (objects.Authorizations.Records.Find(KeyOf(authorization)) is { } record)
        {
            return StatusOf(record);
        }

        var seconds = step.Time.Seconds;
        if (seconds <= authorization.ValidAfterSeconds)
        {
            return TransactionStatus.AuthorizationNotYetValid;
        }

        if (seconds >= authorization.ValidBeforeSeconds)
        {
            return TransactionStatus.AuthorizationExpired;
        }

        if (authorization.ValidBeforeSeconds - seconds > Authorization.MaxAheadSeconds)
        {
            return TransactionStatus.AuthorizationTooFarAhead;
        }

        return objects.CheckDebit(authorization.From, authorization.Asset, authorization.Value);
    }

    private static TransactionStatus StatusOf(AuthorizationRecord record) => record.IsCancelled
        ? TransactionStatus.AuthorizationCancelled
        : TransactionStatus.AuthorizationUsed;

    // From here on it must succeed.
    private static void Execute(Step step, Authorization authorization)
    {
        var objects = step.Objects;
        step.OpenAccount(authorization.To);
        objects.Debit(authorization.From, authorization.Asset, authorization.Value);
        objects.Credit(authorization.To, authorization.Asset, authorization.Value);
        RecordUse(step, authorization);
        step.Effects.Add(new Effect(
            EffectKind.Transfer,
            step.Transaction,
            step.Operation,
            authorization.Asset,
            authorization.From,
            authorization.To,
            authorization.Value,
            Reference: authorization.Nonce));
    }

    /// <summary>Makes sure that an authorization executes no more.</summary>
    internal static void RecordUse(Step step, Authorization authorization) =>
        step.Objects.Authorizations.Records.Set(
            KeyOf(authorization),
            new AuthorizationRecord(authorization.ValidBeforeSeconds, step.Height, step.Transaction));

    private static AuthorizationKey KeyOf(Authorization authorization) =>
        new(authorization.From, authorization.Asset, authorization.Nonce);
}
