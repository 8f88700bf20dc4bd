using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Warren.Grains.Objects;

namespace Warren.Silo.Secrets;

/// <summary>
/// AES-256-GCM: a form byte, a nonce of its own for each value, the tag, the text. Bound to cluster, secret and version, so that one stored value cannot be
/// passed off as another.
/// </summary>
internal sealed class AesSecretSealer(byte[] key, string cluster) : ISecretSealer, IDisposable
{
    private const byte Form = 1;
    private const int NonceSize = 12, TagSize = 16, Overhead = 1 + NonceSize + TagSize;

    private readonly AesGcm _aes = new(key, TagSize);

    public byte[] Seal(string name, long version, ReadOnlySpan<byte> value)
    {
        var result = new byte[Overhead + value.Length];
        result[0] = Form;
        var nonce = result.AsSpan(1, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        _aes.Encrypt(nonce, value, result.AsSpan(Overhead), result.AsSpan(1 + NonceSize, TagSize), BoundTo(name, version));
        return result;
    }

    public byte[] Open(string name, long version, ReadOnlySpan<byte> value)
    {
        if (value.Length < Overhead || value[0] != Form) throw Unreadable(name, version);
        var result = new byte[value.Length - Overhead];
        try
        {
            _aes.Decrypt(value.Slice(1, NonceSize), value[Overhead..], value.Slice(1 + NonceSize, TagSize), result, BoundTo(name, version));
        }
        catch (AuthenticationTagMismatchException)
        {
            throw Unreadable(name, version);
        }

        return result;
    }

    public void Dispose() => _aes.Dispose();

    private static SecretUnreadableException Unreadable(string name, long version) => new(
        $"version {version} of secret {name} cannot be decrypted: it was stored with another data key, or was changed since; "
        + "start the manager with the key file it was stored with, or set the secret anew");

    // Lengths before texts: no two bindings are the same bytes.
    private byte[] BoundTo(string name, long version)
    {
        var (first, second) = (Encoding.UTF8.GetBytes(cluster), Encoding.UTF8.GetBytes(name));
        var bound = new byte[4 + first.Length + 4 + second.Length + 8];
        BinaryPrimitives.WriteInt32BigEndian(bound, first.Length);
        first.CopyTo(bound.AsSpan(4));
        BinaryPrimitives.WriteInt32BigEndian(bound.AsSpan(4 + first.Length), second.Length);
        second.CopyTo(bound.AsSpan(8 + first.Length));
        BinaryPrimitives.WriteInt64BigEndian(bound.AsSpan(8 + first.Length + second.Length), version);
        return bound;
    }
}
