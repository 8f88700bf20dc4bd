using System.Text;

namespace Grpc.Core;

/// <summary>One thing known of a caller: a name from its certificate, for example.</summary>
public class AuthProperty
{
    private readonly byte[] _value;

    private AuthProperty(string name, byte[] value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        Name = name;
        _value = [.. value];
    }

    /// <summary>What kind of thing.</summary>
    public string Name { get; }

    /// <summary>The value as UTF-8 text.</summary>
    public string Value => Encoding.UTF8.GetString(_value);

    /// <summary>The value; a copy.</summary>
    public byte[] ValueBytes => [.. _value];

    /// <summary>Makes a property; the bytes are copied.</summary>
    public static AuthProperty Create(string name, byte[] valueBytes) => new(name, valueBytes);
}
