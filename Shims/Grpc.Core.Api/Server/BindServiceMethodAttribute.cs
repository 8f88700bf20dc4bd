using System.Diagnostics.CodeAnalysis;

namespace Grpc.Core;

/// <summary>On a generated service base: which static method binds its methods.</summary>
/// <param name="bindType">The type that has the method.</param>
/// <param name="bindMethodName">The method's name; it takes a <see cref="ServiceBinderBase"/> and a service.</param>
[AttributeUsage(AttributeTargets.Class)]
public class BindServiceMethodAttribute(
    [DynamicallyAccessedMembers(BindServiceMethodAttribute.BoundMembers)] Type bindType, string bindMethodName) : Attribute
{
    // The server finds the method by reflection: trimming must leave it.
    private const DynamicallyAccessedMemberTypes BoundMembers =
        DynamicallyAccessedMemberTypes.PublicMethods | DynamicallyAccessedMemberTypes.NonPublicMethods;

    /// <summary>The type that has the method.</summary>
    [DynamicallyAccessedMembers(BoundMembers)]
    public Type BindType { get; } = bindType;

    /// <summary>The method's name.</summary>
    public string BindMethodName { get; } = bindMethodName;
}
