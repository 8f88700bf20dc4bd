namespace Warren.Architecture.Tests.Orleans;

/// <summary>
/// What the engine has to show although Orleans lacks it: the code that its generator writes into other assemblies calls it, and the
/// official generator writes other code. Sources written by hand must not name any of it where they are built against the official packages
/// (ORLEANS_PACKAGES); what Orleans has nothing for, who may call what and which calls go first, is behind that constant.
/// </summary>
internal static class EngineOnly
{
    /// <summary>Types with all their members, or single members; without parameters, so overloads go together.</summary>
    public static IReadOnlySet<string> Names { get; } = new HashSet<string>
    {
        "Orleans.Connections.Security.ICallerPolicy",
        "Orleans.Connections.Security.ICallerRights",
        "Orleans.Embedded.GrainCallStatistics",
        "Orleans.Embedded.IGrainCallStatistics",
        "Orleans.Metadata.GrainClassDescriptor",
        "Orleans.Metadata.ITypeManifestBuilder",
        "Orleans.Metadata.TypeManifest",
        "Orleans.Metadata.TypeManifestAttribute",
        "Orleans.Runtime.GrainFacets",
        "Orleans.Runtime.GrainReference.InvokeAsync",
        "Orleans.Runtime.GrainReference.InvokeEnumerable",
        "Orleans.Runtime.GrainReference.InvokeOneWay",
        "Orleans.Serialization.Codec`1",
        "Orleans.Serialization.Codecs",
        "Orleans.Serialization.ExceptionCodec`1",
        "Orleans.Serialization.FrameworkCodecs",
        "Orleans.Serialization.ICodec",
        "Orleans.Serialization.IMemberCodec`1",
        "Orleans.Serialization.IReferenceFactory",
        "Orleans.Serialization.Invocation.AsyncEnumerableRequest`1",
        "Orleans.Serialization.Invocation.ICallPrecedence",
        "Orleans.Serialization.Invocation.MethodDescriptor",
        "Orleans.Serialization.Invocation.NoResult",
        "Orleans.Serialization.Invocation.Request",
        "Orleans.Serialization.Invocation.Request`1",
        "Orleans.Serialization.Invocation.TurnPrecedence",
        "Orleans.Serialization.ObjectCodec`1",
        "Orleans.Serialization.WireFormatException",
        "Orleans.Serialization.WireReader",
        "Orleans.Serialization.WireType",
        "Orleans.Serialization.WireWriter",
    };
}
