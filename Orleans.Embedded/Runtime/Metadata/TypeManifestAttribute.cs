using System.Diagnostics.CodeAnalysis;

namespace Orleans.Metadata;

/// <summary>Put on an assembly by generated code: once for its own manifest and once for that of each assembly that it refers to.</summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class TypeManifestAttribute(
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] Type manifestType) : Attribute
{
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)]
    public Type ManifestType { get; } = manifestType;
}
