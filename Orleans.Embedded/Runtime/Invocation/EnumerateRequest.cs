using Orleans.Runtime;

namespace Orleans.Serialization.Invocation;

/// <summary>
/// One step of a remote enumeration: its start, the next batch, or its end. The method's own request travels inside the first step.
/// The steps interleave with everything, so that a long enumeration does not block the grain.
/// </summary>
internal sealed class EnumerateRequest<TItem>(AsyncEnumerableRequest<TItem> method, MethodDescriptor descriptor)
    : Request<(EnumerationStatus Status, List<TItem> Items)>
{
    public EnumerationStep Step { get; set; }

    /// <summary>Names the enumeration among those of the grain.</summary>
    public Guid EnumerationId { get; set; }

    public AsyncEnumerableRequest<TItem> Enumerated => method;

    public override MethodDescriptor Method => descriptor;

    public override void WriteArguments(WireWriter writer)
    {
        writer.WriteTag(1, WireType.Varint);
        writer.WriteVarint((ulong)Step);
        Codecs.Of<Guid>().WriteField(writer, 2, EnumerationId);
        if (Step != EnumerationStep.Start) return;
        using var arguments = new WireWriter();
        method.WriteArguments(arguments);
        writer.WriteTag(3, WireType.LengthPrefixed);
        writer.WriteBytes(arguments.WrittenSpan);
    }

    public override void ReadArguments(ref WireReader reader)
    {
        while (reader.TryReadTag(out var id, out var type))
        {
            switch (id)
            {
                case 1 when type == WireType.Varint:
                    Step = (EnumerationStep)reader.ReadVarint();
                    break;
                case 2:
                    EnumerationId = Codecs.Of<Guid>().ReadField(ref reader, type);
                    break;
                case 3 when type == WireType.LengthPrefixed:
                    var arguments = reader.Slice(reader.ReadLength());
                    method.ReadArguments(ref arguments);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }
    }

    public override ValueTask<(EnumerationStatus Status, List<TItem> Items)> InvokeMethod(object target)
    {
        var activation = (GrainActivation)TaskScheduler.Current;
        return new(activation.Enumerations.RunAsync(this, target));
    }
}
