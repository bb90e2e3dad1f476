using Busbar.Ledger;

namespace Busbar.Simulation.Fuzzing;

/// <summary>Every parser of the keys that stand in proofs, as one: a key is of one kind. Stateless.</summary>
internal static class StateKeyParsers
{
    private delegate bool Parser(ReadOnlySpan<byte> key, out byte[] again);

    private static readonly Parser[] Parsers =
    [
        Of(ObjectKinds.Account), Of(ObjectKinds.Balance), Of(ObjectKinds.Asset), Of(ObjectKinds.Channel),
        Of(ObjectKinds.Governance), Of(ObjectKinds.Ballot), Of(ObjectKinds.Stream), Of(ObjectKinds.Escrow),
        Of(ObjectKinds.Mandate), Of(ObjectKinds.FrozenBalance), Of(ObjectKinds.Authorization),
        Of(ObjectKinds.Allowance), Of(ObjectKinds.PermitNonce), Of(ObjectKinds.EthereumNonce),
        Of(ObjectKinds.X402Channel), Of(ObjectKinds.Intent),
    ];

    /// <summary>The methods behind it.</summary>
    public static string[] Covers { get; } =
    [
        "StateKey.TryParseIntent", "StateKey.TryParseAddress", "StateKey.TryParseBalance", "StateKey.TryParseMandate",
        "StateKey.TryParseChannel", "StateKey.TryParseStream", "StateKey.TryParseEscrow", "StateKey.TryParseHash",
        "StateKey.TryParseGovernance", "StateKey.TryParseAuthorization", "StateKey.TryParseAllowance",
    ];

    /// <summary>The key as its parts make it again, by the parser of its first byte.</summary>
    public static bool TryParse(byte[] key, out byte[] again)
    {
        again = [];
        foreach (var parser in Parsers)
        {
            if (parser(key, out var whole) && whole.Length > 0 && whole[0] == key[0])
            {
                again = whole;
            }
        }

        return again.Length > 0;
    }

    private static Parser Of<TKey, TValue>(ObjectKind<TKey, TValue> kind)
        where TKey : struct, IEquatable<TKey>, IComparable<TKey> =>
        (ReadOnlySpan<byte> bytes, out byte[] again) =>
        {
            var isParsed = kind.TryParseKey(bytes, out var key);
            again = isParsed ? kind.KeyOf(key) : [];
            return isParsed;
        };
}
