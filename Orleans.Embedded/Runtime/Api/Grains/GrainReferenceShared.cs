namespace Orleans.Runtime;

/// <summary>What the references of one grain type and interface have in common.</summary>
public sealed class GrainReferenceShared
{
    internal GrainReferenceShared(GrainType grainType, GrainInterfaceType interfaceType, GrainRuntime runtime)
    {
        GrainType = grainType;
        InterfaceType = interfaceType;
        Runtime = runtime;
    }

    public GrainType GrainType { get; }

    public GrainInterfaceType InterfaceType { get; }

    internal GrainRuntime Runtime { get; }
}
