using System.Buffers.Binary;
using System.Collections;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;

namespace Warren.Silo.Api.Writes;

/// <summary>
/// Tells two requests apart without keeping them, for they may hold secrets. Unlike the bytes of a message it does not depend on the order of maps.
/// </summary>
internal static class RequestFingerprint
{
    /// <summary>The fingerprint of a message of a method.</summary>
    public static string Of(string method, IMessage message)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(hash, method);
        Add(hash, message);
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static void Add(IncrementalHash hash, IMessage message)
    {
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            if (field.HasPresence && !field.Accessor.HasValue(message)) continue;
            var value = field.Accessor.GetValue(message);
            Add(hash, field.FieldNumber);
            if (field.IsMap) AddMap(hash, (IDictionary)value);
            else if (field.IsRepeated) AddList(hash, (IList)value);
            else AddValue(hash, value);
        }

        Add(hash, -1);
    }

    private static void AddMap(IncrementalHash hash, IDictionary map)
    {
        Add(hash, map.Count);
        foreach (var key in map.Keys.Cast<string>().Order(StringComparer.Ordinal))
        {
            Add(hash, key);
            AddValue(hash, map[key]!);
        }
    }

    private static void AddList(IncrementalHash hash, IList list)
    {
        Add(hash, list.Count);
        foreach (var value in list) AddValue(hash, value);
    }

    private static void AddValue(IncrementalHash hash, object value)
    {
        switch (value)
        {
            case IMessage message:
                Add(hash, message);
                break;
            case ByteString bytes:
                Add(hash, bytes.Length);
                hash.AppendData(bytes.Span);
                break;
            default:
                Add(hash, Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!);
                break;
        }
    }

    private static void Add(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Add(hash, bytes.Length);
        hash.AppendData(bytes);
    }

    private static void Add(IncrementalHash hash, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
