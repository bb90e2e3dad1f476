namespace Busbar.Transactions;

/// <summary>
/// What a mandate lets its signer do, and whom it may pay. Wire: two items, [operation code…] and [payee…] or null.
/// spec/ledger.md#L-141.
/// </summary>
/// <param name="Operations">
/// 1 to <see cref="Limits.MandateOperations"/> codes, strictly rising. Granting allows revoking what was granted.
/// </param>
/// <param name="Payees">
/// Null for anybody; else up to <see cref="Limits.MandatePayees"/> addresses, strictly rising, beside the account.
/// </param>
public sealed record MandateScope(IReadOnlyList<OperationCode> Operations, IReadOnlyList<Address>? Payees)
{
    /// <summary>True when numbers and order are right.</summary>
    public bool IsWellFormed()
    {
        for (var i = 1; i < Operations.Count; i++)
        {
            if (Operations[i] <= Operations[i - 1])
            {
                return false;
            }
        }

        for (var i = 1; i < (Payees?.Count ?? 0); i++)
        {
            if (Payees![i] <= Payees[i - 1])
            {
                return false;
            }
        }

        return Operations.Count is >= 1 and <= Limits.MandateOperations
            && Operations[0] > OperationCode.Unset && (int)Operations[^1] <= byte.MaxValue
            && (Payees is null || Payees.Count <= Limits.MandatePayees);
    }

    /// <summary>Writes two items.</summary>
    public void Write(CanonicalWriter writer)
    {
        writer.Array(Operations.Count);
        foreach (var code in Operations)
        {
            writer.Number((ulong)code);
        }

        if (Payees is null)
        {
            writer.Null();
            return;
        }

        writer.Array(Payees.Count);
        foreach (var payee in Payees)
        {
            writer.Address(payee);
        }
    }

    /// <summary>Reads two items; null after an error.</summary>
    public static MandateScope? Read(ref CanonicalReader reader)
    {
        var operations = new OperationCode[reader.Array(1, Limits.MandateOperations)];
        for (var i = 0; i < operations.Length; i++)
        {
            operations[i] = (OperationCode)reader.Number(byte.MaxValue);
        }

        Address[]? payees = null;
        if (!reader.TryNull())
        {
            payees = new Address[reader.Array(0, Limits.MandatePayees)];
            for (var i = 0; i < payees.Length; i++)
            {
                payees[i] = reader.Address();
            }
        }

        var scope = new MandateScope(operations, payees);
        if (!reader.Failed && !scope.IsWellFormed())
        {
            reader.Fail(DecodeError.OutOfRange);
        }

        return reader.Failed ? null : scope;
    }
}
