using System.Buffers.Binary;
using Busbar.Keys;

namespace Busbar.Node;

/// <summary>
/// The keys of the development network. They follow from public text, so anybody has them: no other network may use
/// them, and <see cref="IsDevelopment(Address)"/> is what refuses that.
/// </summary>
public static class DevelopmentKeys
{
    /// <summary>Accounts that a development network funds at the most.</summary>
    public const int MaxAccounts = 10_000;

    /// <summary>Validators that a development network has at the most.</summary>
    public const int MaxValidators = 16;

    private static readonly Lazy<HashSet<Address>> Known = new(() => new HashSet<Address>(
        Enumerable.Range(0, MaxAccounts).AsParallel().Select(index => Account(index).Address)
            .Concat(Enumerable.Range(0, MaxValidators).AsParallel().Select(index => Validator(index).Address))));

    /// <summary>The secp256k1 key of a funded account: SHA-256 of "busbar/development/account" and the index.</summary>
    public static PrivateKey Account(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, MaxAccounts);
        return Derive(KeyKind.Secp256k1, "busbar/development/account"u8, index);
    }

    /// <summary>The Ed25519 key of a validator: SHA-256 of "busbar/development/validator" and the index.</summary>
    public static PrivateKey Validator(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, MaxValidators);
        return Derive(KeyKind.Ed25519, "busbar/development/validator"u8, index);
    }

    /// <summary>True for an address whose key is public. The first call derives all of them, about a second.</summary>
    public static bool IsDevelopment(Address address) => Known.Value.Contains(address);

    /// <summary>True for a key of <see cref="Validator"/>.</summary>
    internal static bool IsValidator(PublicKey key) =>
        Enumerable.Range(0, MaxValidators).Any(index => Validator(index).PublicKey.Equals(key));

    private static PrivateKey Derive(KeyKind kind, ReadOnlySpan<byte> label, int index)
    {
        Span<byte> input = stackalloc byte[label.Length + sizeof(int)];
        label.CopyTo(input);
        BinaryPrimitives.WriteInt32BigEndian(input[label.Length..], index);
        return PrivateKey.Create(kind, Hash256.Sha256(input).ToArray());
    }
}
