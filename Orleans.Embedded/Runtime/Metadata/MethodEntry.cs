using Orleans.CodeGeneration;
using Orleans.Serialization.Invocation;

namespace Orleans.Metadata;

/// <summary>A method and how to make an empty request for it. Its descriptor is made only when it is asked for.</summary>
internal sealed record MethodEntry(ulong Id, Type InterfaceClass, InvokeMethodOptions Options, Func<Request> Factory)
{
    public MethodDescriptor Method => Factory().Method;
}
