using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Orleans.CodeGeneration;
using Orleans.Runtime;

namespace Orleans.Serialization.Invocation;

/// <summary>What is fixed about one method of a grain interface. Generated code has one for each.</summary>
/// <param name="Id">
/// The method's name on the wire: a hash (FNV-1a, 64 bits, of UTF-8) made when the code is generated, of
/// <c>interface|method|parameter type,parameter type</c>, cancellation tokens left out, aliases in place of names. A method with an
/// alias of its own is named by interface and alias only, so that parameters may be added to it at its end.
/// </param>
/// <param name="InterfaceClass">The interface.</param>
/// <param name="InterfaceType">The interface's name on the wire.</param>
/// <param name="MethodName">The C# name.</param>
/// <param name="ParameterTypes">All parameters, the cancellation token included; they tell overloads apart.</param>
/// <param name="Options">From the method's attributes.</param>
/// <param name="ResponseTimeout">From <see cref="ResponseTimeoutAttribute"/>; null for the configured default.</param>
public sealed record MethodDescriptor(
    ulong Id,
    [param: DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.Interfaces)]
    [property: DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.Interfaces)]
    Type InterfaceClass,
    GrainInterfaceType InterfaceType,
    string MethodName,
    Type[] ParameterTypes,
    InvokeMethodOptions Options,
    TimeSpan? ResponseTimeout)
{
    private MethodInfo? _method;

    public string InterfaceName { get; } = InterfaceClass.FullName ?? InterfaceClass.Name;

    public string ActivityName { get; } = $"{InterfaceClass.Name}/{MethodName}";

    public bool IsOneWay => (Options & InvokeMethodOptions.OneWay) != 0;

    public bool IsReadOnly => (Options & InvokeMethodOptions.ReadOnly) != 0;

    public bool IsAlwaysInterleave => (Options & InvokeMethodOptions.AlwaysInterleave) != 0;

    /// <summary>For call filters; found by reflection when first asked for.</summary>
    public MethodInfo Method => _method ??= FindMethod();

    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "The generated request calls the method, so it is kept.")]
    private MethodInfo FindMethod()
    {
        foreach (var type in (IEnumerable<Type>)[InterfaceClass, .. InterfaceClass.GetInterfaces()])
        {
            if (type.GetMethod(MethodName, ParameterTypes) is { } method) return method;
        }

        throw new MissingMethodException(InterfaceName, MethodName);
    }
}
