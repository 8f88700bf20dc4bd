using System.Diagnostics.CodeAnalysis;
using Orleans.CodeGeneration;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;

namespace Orleans.Metadata;

/// <summary>Collects what the manifests of several assemblies bring.</summary>
internal sealed class TypeManifestBuilder : ITypeManifestBuilder
{
    private readonly List<InterfaceDescriptor> _interfaces = [];
    private readonly List<MethodEntry> _methods = [];
    private readonly List<GrainClassDescriptor> _grainClasses = [];

    public void AddCodec(string name, Type type, Func<ICodec> codec) => CodecRegistry.Add(name, type, codec);

    public void AddEnum<T>(string name)
        where T : struct, Enum => CodecRegistry.Add(name, typeof(T), static () => new EnumCodec<T>());

    public void AddGenericCodec(
        string name,
        Type typeDefinition,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] Type codecDefinition) =>
        CodecRegistry.AddGeneric(name, typeDefinition, codecDefinition);

    public void AddConstructed<T>(Func<Codec<T>> codec) => CodecRegistry.AddFactory(typeof(T), codec);

    public void AddInterface<TInterface>(
        GrainInterfaceType interfaceType,
        Func<GrainReferenceShared, IdSpan, GrainReference> proxyFactory,
        GrainType? defaultGrainType)
        where TInterface : class, IAddressable
    {
        CodecRegistry.Add($"&{interfaceType}", typeof(TInterface), static () => new ReferenceCodec<TInterface>());
        _interfaces.Add(new InterfaceDescriptor(typeof(TInterface), interfaceType, proxyFactory, defaultGrainType));
    }

    public void AddMethod(ulong id, Type interfaceClass, InvokeMethodOptions options, Func<Request> factory) =>
        _methods.Add(new MethodEntry(id, interfaceClass, options, factory));

    public void AddGrainClass(GrainClassDescriptor grainClass) => _grainClasses.Add(grainClass);

    /// <exception cref="OrleansConfigurationException">Some of it cannot be together in one process.</exception>
    public TypeCatalog Build() => new(_interfaces, _methods, _grainClasses);
}
