using System.Globalization;
using System.Security.Cryptography;
using Warren.Hosting.Security;

namespace Warren.Silo.Secrets;

/// <summary>
/// A key under a passphrase, as text: <c>warren-key-1 pbkdf2-sha512 ITERATIONS SALT SEALED</c>, the last two in hexadecimal digits; sealed by AES-256-GCM
/// under the key that PBKDF2 (RFC 8018) with HMAC-SHA-512 derives.
/// </summary>
internal static class LockedKey
{
    /// <summary>How often the hash is taken for a file that is written now: what OWASP advises for SHA-512.</summary>
    public const int Iterations = 210_000;

    // One that says more or less is no file of Warren's, and must not keep the start waiting.
    private const int LeastIterations = 100_000, MostIterations = 10_000_000, SaltSize = 16;
    private const string Form = "warren-key-1", Derivation = "pbkdf2-sha512", Purpose = "warren key file";

    /// <summary>Whether a text is such a key.</summary>
    public static bool IsOne(string text) => text.StartsWith(Form + " ", StringComparison.Ordinal);

    /// <summary>Locks a key.</summary>
    public static string Lock(ReadOnlySpan<byte> key, Passphrase passphrase)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltSize);
        var text = Convert.ToHexStringLower(salt);
        var locked = Sealer(passphrase, salt, Iterations).Seal(key, Iterations, Purpose, text);
        return string.Create(CultureInfo.InvariantCulture, $"{Form} {Derivation} {Iterations} {text} {Convert.ToHexStringLower(locked)}");
    }

    /// <summary>Opens one; null if the passphrase is another.</summary>
    /// <exception cref="FormatException">It is not of that form.</exception>
    public static byte[]? Open(string text, Passphrase passphrase)
    {
        var parts = text.Split(' ');
        if (parts.Length != 5 || parts[1] != Derivation
            || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            || iterations is < LeastIterations or > MostIterations || parts[3].Length != 2 * SaltSize)
        {
            throw new FormatException($"must be '{Form} {Derivation} ITERATIONS SALT SEALED'");
        }

        var salt = Convert.FromHexString(parts[3]);
        return Sealer(passphrase, salt, iterations).Open(Convert.FromHexString(parts[4]), iterations, Purpose, parts[3]);
    }

    private static ValueSealer Sealer(Passphrase passphrase, byte[] salt, int iterations) => new(passphrase.Derive(salt, iterations, ValueSealer.KeySize));
}
