using Orleans.Runtime;

namespace Orleans.Serialization;

/// <summary>Makes the references that a message carries usable in the process that received it.</summary>
public interface IReferenceFactory
{
    GrainReference CreateReference(GrainId grainId, GrainInterfaceType interfaceType);
}
