using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Warren.Hosting.Files;
using Warren.Hosting.Security;

namespace Warren.Silo.Secrets;

/// <summary>
/// The key under which the data key lies in the store, in a file of its own: whoever gets the store alone, or a backup of it, has no secret. Losing the file
/// on all managers loses all secrets, so it belongs into a backup, apart from that of the store. It may be locked by a passphrase.
/// </summary>
/// <param name="path">Where it is.</param>
/// <param name="passphrase">What it is locked with, or is to be. Default (null): nothing.</param>
/// <param name="unlocks">Whether the file is to be left without a passphrase, once it was opened by it.</param>
internal sealed class KeyFile(string path, Passphrase? passphrase = null, bool unlocks = false)
{
    /// <summary>The bytes of a key.</summary>
    public const int KeySize = ValueSealer.KeySize;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private bool IsToBeLocked => passphrase is not null && !unlocks;

    /// <summary>
    /// Reads the key; makes it if there is no file and <paramref name="mayMake"/> is set. A file that is not locked as it is to be is written anew.
    /// </summary>
    /// <exception cref="IOException">There is none, it can be read by others, is no key, or is locked by another passphrase. The message says what to do.</exception>
    public byte[] Load(bool mayMake)
    {
        if (!File.Exists(path))
        {
            if (!mayMake)
                throw new IOException($"{path}: there is no key file; copy it from another manager, or make one for a new cluster: openssl rand -hex {KeySize}");

            // Another manager of the machine may be first; then its key is the one.
            DurableFile.TryCreate(path, Text(RandomNumberGenerator.GetBytes(KeySize)), OwnerOnly);
        }

        if ((File.GetUnixFileMode(path) & ~OwnerOnly) != 0)
            throw new IOException($"{path}: the key file must be readable for its owner alone; do: chmod 600 {path}");
        var text = File.ReadAllText(path).Trim();
        var isLocked = LockedKey.IsOne(text);
        var key = isLocked ? Unlock(text) : Parse(text);
        if (isLocked != IsToBeLocked) Replace(key);
        return key;
    }

    /// <summary>Keeps a key that was given, durably.</summary>
    /// <exception cref="IOException">There is another one: what was stored with it could not be read any more.</exception>
    public void Keep(ReadOnlySpan<byte> key)
    {
        if (!File.Exists(path)) DurableFile.TryCreate(path, Text(key), OwnerOnly);
        if (!CryptographicOperations.FixedTimeEquals(Load(mayMake: false), key))
            throw new IOException($"{path}: holds another key than that of the cluster; move it away, and keep it if it may be that of an older store");
    }

    /// <summary>Puts another key in place of the one that is there, durably and in one step.</summary>
    /// <exception cref="IOException">It cannot be written; the old one is as before.</exception>
    public void Replace(ReadOnlySpan<byte> key) => DurableFile.Write(path, Text(key), OwnerOnly);

    private byte[] Text(ReadOnlySpan<byte> key) =>
        Encoding.ASCII.GetBytes((IsToBeLocked ? LockedKey.Lock(key, passphrase!) : Convert.ToHexStringLower(key)) + "\n");

    private byte[] Unlock(string text)
    {
        if (passphrase is null) throw new IOException($"{path}: the key file is locked by a passphrase; give it by --passphrase-file");
        byte[]? key;
        try
        {
            key = LockedKey.Open(text, passphrase);
        }
        catch (FormatException failure)
        {
            throw new IOException($"{path}: {failure.Message}, which it is not; restore the file, since secrets cannot be read without it", failure);
        }

        return key is { Length: KeySize }
            ? key
            : throw new IOException($"{path}: the passphrase of --passphrase-file does not open the key file; give the one it was locked with");
    }

    private byte[] Parse(string text)
    {
        var key = new byte[KeySize];
        return text.Length == 2 * KeySize && Convert.FromHexString(text, key, out _, out var written) == OperationStatus.Done && written == KeySize
            ? key
            : throw new IOException($"{path}: must hold {2 * KeySize} hexadecimal digits, which it does not; restore the file, since secrets cannot be read without it");
    }
}
