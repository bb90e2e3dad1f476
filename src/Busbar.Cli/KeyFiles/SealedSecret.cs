using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace Busbar.Cli.KeyFiles;

/// <summary>
/// 32 secret bytes under a passphrase: Argon2id (RFC 9106) makes the key, ChaCha20-Poly1305 (RFC 8439) seals the
/// secret together with the kind and address that stand in the clear beside it.
/// </summary>
/// <param name="Kdf">"argon2id".</param>
/// <param name="MemoryKib">Memory of Argon2id, KiB; at most <see cref="MaxMemoryKib"/>.</param>
/// <param name="Passes">Passes of Argon2id; at most <see cref="MaxPasses"/>.</param>
/// <param name="Salt">16 bytes in hexadecimal.</param>
/// <param name="Cipher">"chacha20-poly1305".</param>
/// <param name="Nonce">12 bytes in hexadecimal.</param>
/// <param name="Ciphertext">32 bytes and the tag of 16, in hexadecimal.</param>
internal sealed record SealedSecret(
    string Kdf, int MemoryKib, int Passes, string Salt, string Cipher, string Nonce, string Ciphertext)
{
    /// <summary>The most memory that a file may ask for: a hostile file must not exhaust the machine.</summary>
    public const int MaxMemoryKib = 1024 * 1024;

    /// <summary>The most passes that a file may ask for.</summary>
    public const int MaxPasses = 16;

    private const string KdfName = "argon2id";
    private const string CipherName = "chacha20-poly1305";
    private const int SecretSizeBytes = 32;
    private const int SaltSizeBytes = 16;
    private const int NonceSizeBytes = 12;
    private const int TagSizeBytes = 16;

    // RFC 9106 §4: the second recommended setting, 64 MiB and three passes.
    private const int DefaultMemoryKib = 64 * 1024;
    private const int DefaultPasses = 3;

    /// <summary>Seals a secret.</summary>
    public static SealedSecret Seal(ReadOnlySpan<byte> secret, string passphrase, string kind, string address)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSizeBytes);
        var nonce = RandomNumberGenerator.GetBytes(NonceSizeBytes);
        using var key = DeriveKey(passphrase, salt, DefaultMemoryKib, DefaultPasses);
        var ciphertext = AeadAlgorithm.ChaCha20Poly1305.Encrypt(key, nonce, BesideIt(kind, address), secret);
        return new SealedSecret(
            KdfName,
            DefaultMemoryKib,
            DefaultPasses,
            Hex.Format(salt),
            CipherName,
            Hex.Format(nonce),
            Hex.Format(ciphertext));
    }

    /// <summary>Opens it; false for a wrong passphrase, a changed file, or settings beyond the limits.</summary>
    public bool TryOpen(string passphrase, string kind, string address, Span<byte> secret)
    {
        var salt = new byte[SaltSizeBytes];
        var nonce = new byte[NonceSizeBytes];
        var ciphertext = new byte[SecretSizeBytes + TagSizeBytes];
        if (Kdf != KdfName
            || Cipher != CipherName
            || MemoryKib is < 8 or > MaxMemoryKib
            || Passes is < 1 or > MaxPasses
            || !Hex.TryParse(Salt, salt.AsSpan())
            || !Hex.TryParse(Nonce, nonce.AsSpan())
            || !Hex.TryParse(Ciphertext, ciphertext.AsSpan()))
        {
            return false;
        }

        using var key = DeriveKey(passphrase, salt, MemoryKib, Passes);
        return AeadAlgorithm.ChaCha20Poly1305.Decrypt(key, nonce, BesideIt(kind, address), ciphertext, secret);
    }

    private static Key DeriveKey(string passphrase, byte[] salt, int memoryKib, int passes)
    {
        var parameters = new Argon2Parameters
        {
            DegreeOfParallelism = 1,
            MemorySize = memoryKib,
            NumberOfPasses = passes,
        };
        var argon2 = PasswordBasedKeyDerivationAlgorithm.Argon2id(parameters);
        return argon2.DeriveKey(Encoding.UTF8.GetBytes(passphrase), salt, AeadAlgorithm.ChaCha20Poly1305);
    }

    private static byte[] BesideIt(string kind, string address) =>
        Encoding.UTF8.GetBytes("busbar/keyfile/1 " + kind + " " + address);
}
