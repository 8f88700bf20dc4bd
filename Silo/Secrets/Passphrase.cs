using System.Security.Cryptography;
using System.Text;

namespace Warren.Silo.Secrets;

/// <summary>What a key file may be locked with. Its text form shows nothing of it.</summary>
internal sealed class Passphrase
{
    /// <summary>The fewest bytes of one.</summary>
    public const int MinSize = 8;

    private const UnixFileMode OthersMayRead = UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const string StandardInput = "-";

    private readonly byte[] _text;

    private Passphrase(byte[] text) => _text = text;

    /// <summary>Takes a passphrase.</summary>
    /// <param name="text">The passphrase, with or without the end of its line.</param>
    /// <param name="source">Where it comes from, for the message.</param>
    /// <exception cref="IOException">It is too short.</exception>
    public static Passphrase Of(string text, string source)
    {
        var bytes = Encoding.UTF8.GetBytes(text.TrimEnd('\r', '\n'));
        return bytes.Length >= MinSize
            ? new(bytes)
            : throw new IOException($"--passphrase-file: {source} must hold a passphrase of at least {MinSize} bytes, and holds {bytes.Length}");
    }

    /// <summary>Reads one from a file that its owner alone can read, or from standard input, for <c>-</c>.</summary>
    /// <exception cref="IOException">It cannot be read, or others can read it, or it is too short.</exception>
    public static Passphrase Read(string file, TextReader standardInput)
    {
        if (file == StandardInput) return Of(standardInput.ReadLine() ?? "", "standard input");
        try
        {
            if ((File.GetUnixFileMode(file) & OthersMayRead) != 0)
                throw new IOException($"--passphrase-file: {file} must be readable for its owner alone; do: chmod 600 {file}");
            return Of(File.ReadAllText(file), file);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw new IOException($"--passphrase-file: {file} cannot be read: {failure.Message}", failure);
        }
    }

    /// <summary>The key that follows from it.</summary>
    public byte[] Derive(ReadOnlySpan<byte> salt, int iterations, int size) => Rfc2898DeriveBytes.Pbkdf2(_text, salt, iterations, HashAlgorithmName.SHA512, size);

    /// <summary>Shows nothing.</summary>
    public override string ToString() => "***";
}
