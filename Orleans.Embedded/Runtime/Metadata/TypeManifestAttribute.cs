using System.Diagnostics.CodeAnalysis;

namespace Orleans.Metadata;

/// <summary>Put on an assembly by generated code.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class TypeManifestAttribute(
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] Type manifestType) : Attribute
{
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)]
    public Type ManifestType { get; } = manifestType;
}
