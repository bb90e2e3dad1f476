namespace Busbar;

/// <summary>
/// Why bytes were refused. Numbers never change. All are Permanent: the same bytes never decode later.
/// </summary>
public enum DecodeError
{
    /// <summary>Nothing was refused.</summary>
    Unset = 0,

    /// <summary>The input ends inside an item.</summary>
    Truncated = 1,

    /// <summary>An item has another CBOR type than the format wants here.</summary>
    WrongType = 2,

    /// <summary>An item is valid CBOR but not in its one shortest form (RFC 8949 §4.2.1).</summary>
    NotCanonical = 3,

    /// <summary>
    /// An array, string or the whole input is longer than its limit, or of another length than the format fixes.
    /// </summary>
    WrongLength = 4,

    /// <summary>A number is outside the range that the format gives it.</summary>
    OutOfRange = 5,

    /// <summary>Bytes follow the item.</summary>
    TrailingBytes = 6,

    /// <summary>A format version that this software does not know; a newer release may.</summary>
    UnsupportedVersion = 7,

    /// <summary>A kind (of key, operation, message) that this version of the format does not have.</summary>
    UnknownKind = 8,
}
