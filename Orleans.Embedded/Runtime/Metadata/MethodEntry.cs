using Orleans.Serialization.Invocation;

namespace Orleans.Metadata;

/// <summary>A method and how to make an empty request for it.</summary>
internal sealed record MethodEntry(MethodDescriptor Method, Func<Request> Factory);
