namespace Busbar;

/// <summary>
/// A decoded value whose signatures nobody has checked. Nothing applies it; a verifier turns it into a <see
/// cref="Verified{T}"/>.
/// </summary>
public sealed record Unverified<T>(T Value)
    where T : class;

/// <summary>
/// A value whose signatures were checked. Only verification makes one: the constructor is internal to this
/// assembly, and the type is a class so that no default value forges one.
/// </summary>
public sealed class Verified<T>
    where T : class
{
    internal Verified(T value) => Value = value;

    /// <summary>The checked value.</summary>
    public T Value { get; }
}
