using Orleans.Metadata;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;

namespace Orleans.Embedded.Tests.Serialization;

/// <summary>Generated requests without a silo.</summary>
internal static class Requests
{
    private static readonly TypeCatalog Catalog = TypeManifests.LoadAll();

    /// <summary>An empty request for the method of that name.</summary>
    public static Request Create<TInterface>(string method)
    {
        var interfaceType = Catalog.InterfaceOf(typeof(TInterface)).InterfaceType;
        return Catalog.CreateRequest(Catalog.MethodsOf([interfaceType]).Single(x => x.Method.MethodName == method).Id)!;
    }

    /// <summary>The arguments of one request through bytes into another.</summary>
    public static void Transfer(Request from, Request to, IReferenceFactory? references = null)
    {
        using var writer = new WireWriter();
        from.WriteArguments(writer);
        var reader = new WireReader(writer.WrittenSpan, references);
        to.ReadArguments(ref reader);
        reader.Remaining.ShouldBe(0);
    }

    /// <summary>A generated reference, bound to no runtime: it can be compared and sent, not called.</summary>
    public static TInterface Reference<TInterface>(string key)
        where TInterface : IAddressable
    {
        var descriptor = Catalog.InterfaceOf(typeof(TInterface));
        return (TInterface)(object)Reference(descriptor.InterfaceType, GrainId.Create("sample", key));
    }

    public static GrainReference Reference(GrainInterfaceType interfaceType, GrainId grainId) =>
        Catalog.InterfaceOf(interfaceType).ProxyFactory(new GrainReferenceShared(grainId.Type, interfaceType, null!), grainId.Key);
}
