using Orleans.Serialization;

namespace Orleans.Embedded.Tests.Serialization;

/// <summary>Values through bytes and back.</summary>
internal static class Wire
{
    public static byte[] Write<T>(T? value)
    {
        using var writer = new WireWriter();
        Codecs.Of<T>().WriteField(writer, 1, value);
        return writer.WrittenSpan.ToArray();
    }

    public static T? Read<T>(byte[] bytes, IReferenceFactory? references = null)
    {
        var reader = new WireReader(bytes, references);
        reader.TryReadTag(out var id, out var type).ShouldBeTrue();
        id.ShouldBe(1u);
        var value = Codecs.Of<T>().ReadField(ref reader, type);
        reader.Remaining.ShouldBe(0);
        return value;
    }

    public static T? RoundTrip<T>(T? value) => Read<T>(Write(value));

    public static T? Copy<T>(T? value) => Codecs.Of<T>().CopyOrNull(value);
}
