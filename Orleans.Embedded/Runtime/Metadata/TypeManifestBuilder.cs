using System.Diagnostics.CodeAnalysis;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;

namespace Orleans.Metadata;

/// <summary>Collects what the manifests of several assemblies bring, and finds what cannot be together in one process.</summary>
internal sealed class TypeManifestBuilder : ITypeManifestBuilder
{
    private readonly Dictionary<GrainInterfaceType, GrainInterfaceDescriptor> _interfaces = [];
    private readonly Dictionary<GrainType, GrainClassDescriptor> _grainClasses = [];
    private readonly Dictionary<ulong, Func<ulong, Request?>> _methods = [];

    public void AddCodec<T>(string name, Codec<T> codec) => CodecRegistry.Add(name, codec);

    public void AddGenericCodec(
        string name,
        Type typeDefinition,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] Type codecDefinition) =>
        CodecRegistry.AddGeneric(name, typeDefinition, codecDefinition);

    public void AddInterface<TInterface>(
        GrainInterfaceType interfaceType,
        Func<GrainReferenceShared, IdSpan, GrainReference> proxyFactory,
        GrainType? defaultGrainType)
    {
        var added = new GrainInterfaceDescriptor(typeof(TInterface), interfaceType, proxyFactory, defaultGrainType);
        if (!_interfaces.TryAdd(interfaceType, added))
            throw Conflict($"grain interfaces have the name '{interfaceType}'", _interfaces[interfaceType].InterfaceClass, typeof(TInterface), "[Alias]");
        TypeNames.Add($"&{interfaceType}", typeof(TInterface));
    }

    public void AddMethods(ReadOnlySpan<ulong> ids, Func<ulong, Request?> factory)
    {
        foreach (var id in ids)
        {
            if (_methods.TryAdd(id, factory)) continue;
            throw new OrleansConfigurationException(
                $"Two grain methods have the number {id:x16}: {Describe(_methods[id](id))} and {Describe(factory(id))}. Give one of them another [Alias].");
        }
    }

    public void AddGrainClass(GrainClassDescriptor grainClass)
    {
        if (_grainClasses.TryAdd(grainClass.GrainType, grainClass)) return;
        throw Conflict(
            $"grain classes have the grain type '{grainClass.GrainType}'",
            _grainClasses[grainClass.GrainType].GrainClass,
            grainClass.GrainClass,
            "[GrainType]");
    }

    public TypeCatalog Build() => new(_interfaces.Values, _grainClasses.Values, _methods);

    private static OrleansConfigurationException Conflict(string what, Type first, Type second, string remedy) =>
        new($"Two {what}: {first} in {first.Assembly.GetName().Name} and {second} in {second.Assembly.GetName().Name}. Give one of them another {remedy}.");

    private static string Describe(Request? request) =>
        request is null ? "an unknown method" : $"{request.Method.InterfaceName}.{request.Method.MethodName}";
}
