using System.Text;

namespace Orleans.Serialization;

/// <summary>A codec and the name of its type on the wire; null when the type may only occur where it is the static type.</summary>
internal sealed class CodecEntry(ICodec codec, string? name)
{
    public ICodec Codec { get; } = codec;

    public string? Name { get; } = name;

    public byte[] Utf8Name { get; } = name is null ? [] : Encoding.UTF8.GetBytes(name);
}
