using Orleans.Runtime;

namespace Orleans.Metadata;

/// <summary>What is fixed about a grain interface.</summary>
internal sealed record InterfaceDescriptor(
    Type InterfaceClass,
    GrainInterfaceType InterfaceType,
    Func<GrainReferenceShared, IdSpan, GrainReference> ProxyFactory,
    GrainType? DefaultGrainType);
