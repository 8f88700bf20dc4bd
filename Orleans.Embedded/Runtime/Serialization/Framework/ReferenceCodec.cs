using Orleans.Runtime;

namespace Orleans.Serialization;

/// <summary>
/// Grains and observers travel as their identity and interface, and are bound to the process that reads them. Inside a process
/// references are passed as they are.
/// </summary>
internal sealed class ReferenceCodec<T> : Codec<T>
    where T : class, IAddressable
{
    private const uint GrainIdField = 1;
    private const uint InterfaceField = 2;

    private static readonly GrainIdCodec GrainIds = new();
    private static readonly GrainInterfaceTypeCodec Interfaces = new();

    public override WireType WireType => WireType.Group;

    // A grain may pass itself, of which the receiver gets a reference.
    public override bool IsImmutable => false;

    public override bool AcceptsDerived => true;

    public override void WriteValue(WireWriter writer, T value)
    {
        var reference = ReferenceTo(value);
        writer.EnterGroup();
        GrainIds.WriteField(writer, GrainIdField, reference.GrainId);
        Interfaces.WriteField(writer, InterfaceField, reference.InterfaceType);
        writer.WriteEndGroup();
    }

    public override T ReadValue(ref WireReader reader)
    {
        GrainId grainId = default;
        GrainInterfaceType interfaceType = default;
        reader.EnterGroup();
        while (reader.TryReadTag(out var id, out var type))
        {
            switch (id)
            {
                case GrainIdField: grainId = GrainIds.ReadField(ref reader, type); break;
                case InterfaceField: interfaceType = Interfaces.ReadField(ref reader, type); break;
                default: reader.Skip(type); break;
            }
        }

        reader.LeaveGroup();
        if (grainId.IsDefault) throw new WireFormatException("a grain reference has no identity");
        var reference = reader.References.CreateReference(grainId, interfaceType);
        return reference as T ?? reference.Cast<T>();
    }

    public override T Copy(T value) => value is GrainReference ? value : ReferenceTo(value).Cast<T>();

    private static GrainReference ReferenceTo(T value) => value switch
    {
        GrainReference reference => reference,
        IGrainBase grain => grain.GrainContext.GrainReference,
        _ => throw new ArgumentException(
            $"{value.GetType()} is no reference. Pass what the grain factory returned: for an observer the result of CreateObjectReference."),
    };
}
