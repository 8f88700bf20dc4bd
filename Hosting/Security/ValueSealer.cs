using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Warren.Hosting.Security;

/// <summary>
/// AES-256-GCM: a form byte, a nonce of its own for each value, the tag, the text. Bound to the names and the number that it belongs to, so that one
/// sealed value cannot be passed off as another. Used by any number of threads.
/// </summary>
/// <param name="key">32 bytes.</param>
public sealed class ValueSealer(byte[] key)
{
    /// <summary>The bytes of a key.</summary>
    public const int KeySize = 32;

    private const byte Form = 1;
    private const int NonceSize = 12, TagSize = 16, Overhead = 1 + NonceSize + TagSize;

    /// <summary>Seals a value.</summary>
    public byte[] Seal(ReadOnlySpan<byte> value, long number, params ReadOnlySpan<string> names)
    {
        var result = new byte[Overhead + value.Length];
        result[0] = Form;
        var nonce = result.AsSpan(1, NonceSize);
        RandomNumberGenerator.Fill(nonce);

        // One for each call, since one is not for several threads.
        using var aes = new AesGcm(key, TagSize);
        aes.Encrypt(nonce, value, result.AsSpan(Overhead), result.AsSpan(1 + NonceSize, TagSize), BoundTo(names, number));
        return result;
    }

    /// <summary>The value; null if it was sealed with another key or for another place, or was changed since.</summary>
    public byte[]? Open(ReadOnlySpan<byte> value, long number, params ReadOnlySpan<string> names)
    {
        if (value.Length < Overhead || value[0] != Form) return null;
        var result = new byte[value.Length - Overhead];
        try
        {
            using var aes = new AesGcm(key, TagSize);
            aes.Decrypt(value.Slice(1, NonceSize), value[Overhead..], value.Slice(1 + NonceSize, TagSize), result, BoundTo(names, number));
            return result;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    // Lengths before texts: no two bindings are the same bytes.
    private static byte[] BoundTo(ReadOnlySpan<string> names, long number)
    {
        var bound = new List<byte>();
        Span<byte> head = stackalloc byte[sizeof(long)];
        foreach (var name in names)
        {
            var text = Encoding.UTF8.GetBytes(name);
            BinaryPrimitives.WriteInt32BigEndian(head, text.Length);
            bound.AddRange(head[..sizeof(int)]);
            bound.AddRange(text);
        }

        BinaryPrimitives.WriteInt64BigEndian(head, number);
        bound.AddRange(head);
        return [.. bound];
    }
}
