using System.Security.Cryptography;
using Warren.Hosting.Files;

namespace Warren.Silo.Secrets;

/// <summary>
/// The key that secrets are encrypted with, in a file of its own: whoever gets the store alone, or a backup of it, has no secret. Losing the file loses
/// all secrets, so it belongs into a backup, apart from that of the store.
/// </summary>
internal static class DataKeyFile
{
    /// <summary>The bytes of a key.</summary>
    public const int KeySize = 32;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Reads the key; makes it if there is no file and <paramref name="mayMake"/> is set.</summary>
    /// <exception cref="IOException">There is none, it can be read by others, or is no key. The message says what to do.</exception>
    public static byte[] Load(string path, bool mayMake)
    {
        if (!File.Exists(path))
        {
            if (!mayMake)
                throw new IOException($"{path}: there is no data key; copy it from another manager, or make one for a new cluster: openssl rand -hex {KeySize}");
            Make(path, RandomNumberGenerator.GetHexString(2 * KeySize, lowercase: true));
        }

        if ((File.GetUnixFileMode(path) & ~OwnerOnly) != 0)
            throw new IOException($"{path}: the data key must be readable for its owner alone; do: chmod 600 {path}");
        var text = File.ReadAllText(path).Trim();
        var key = new byte[KeySize];
        if (text.Length != 2 * KeySize || Convert.FromHexString(text, key, out _, out var written) != System.Buffers.OperationStatus.Done || written != KeySize)
            throw new IOException($"{path}: must hold {2 * KeySize} hexadecimal digits, which it does not; restore the file, since secrets cannot be read without it");
        return key;
    }

    /// <summary>Keeps a key that was given, durably.</summary>
    /// <exception cref="IOException">There is another one: what was stored with it could not be read any more.</exception>
    public static void Keep(string path, ReadOnlySpan<byte> key)
    {
        if (!File.Exists(path)) Make(path, Convert.ToHexStringLower(key));
        if (!Load(path, mayMake: false).AsSpan().SequenceEqual(key))
            throw new IOException($"{path}: holds another data key than that of the cluster; move it away, and keep it if it may be that of an older store");
    }

    // Another manager of the machine may be first; then its key is the one.
    private static void Make(string path, string digits) => DurableFile.TryCreate(path, System.Text.Encoding.ASCII.GetBytes(digits + "\n"), OwnerOnly);
}
