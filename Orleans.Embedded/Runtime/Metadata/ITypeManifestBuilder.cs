using System.Diagnostics.CodeAnalysis;
using Orleans.CodeGeneration;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;

namespace Orleans.Metadata;

/// <summary>Receives what generated code knows.</summary>
public interface ITypeManifestBuilder
{
    /// <param name="name">The type's stable name on the wire: its <see cref="AliasAttribute"/>, else its full name.</param>
    /// <param name="type">The type.</param>
    /// <param name="codec">Makes its codec, when it is first needed.</param>
    void AddCodec(string name, Type type, Func<ICodec> codec);

    /// <summary>An enum that may stand where its static type is another.</summary>
    void AddEnum<T>(string name)
        where T : struct, Enum;

    /// <summary>A generic type definition whose codecs are made for the type arguments that occur.</summary>
    void AddGenericCodec(
        string name,
        Type typeDefinition,
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] Type codecDefinition);

    /// <summary>
    /// A constructed type that occurs in members or signatures. Only where no code can be made at run time: elsewhere its codec is found
    /// without.
    /// </summary>
    void AddConstructed<T>(Func<Codec<T>> codec);

    /// <param name="interfaceType">The interface's name on the wire.</param>
    /// <param name="proxyFactory">Makes references that implement the interface.</param>
    /// <param name="defaultGrainType">From <see cref="DefaultGrainTypeAttribute"/>; null to find the only class that implements it.</param>
    void AddInterface<TInterface>(
        GrainInterfaceType interfaceType,
        Func<GrainReferenceShared, IdSpan, GrainReference> proxyFactory,
        GrainType? defaultGrainType)
        where TInterface : class, IAddressable;

    /// <param name="id">The method's number; see <see cref="MethodDescriptor.Id"/>.</param>
    /// <param name="interfaceClass">The interface that its descriptor names.</param>
    /// <param name="options">From the method's attributes.</param>
    /// <param name="factory">Makes an empty request, whose arguments are then read.</param>
    void AddMethod(ulong id, Type interfaceClass, InvokeMethodOptions options, Func<Request> factory);

    void AddGrainClass(GrainClassDescriptor grainClass);
}
