namespace Orleans.CodeGenerator.Model;

internal enum ReturnKind
{
    Void,
    Task,
    TaskOf,
    ValueTask,
    ValueTaskOf,
    AsyncEnumerable,
}

/// <summary>A grain or observer interface.</summary>
/// <param name="HintName">Names generated file and class.</param>
/// <param name="Type">The C# name.</param>
/// <param name="WireName">Names the interface on the wire.</param>
/// <param name="DefaultGrainType">From its attribute; null for none.</param>
/// <param name="Methods">All methods, inherited ones included.</param>
/// <param name="Constructed">The constructed types that occur in its signatures.</param>
/// <param name="IsValid">Whether code can be generated.</param>
/// <param name="Diagnostics">What is to be reported.</param>
internal sealed record InterfaceModel(
    string HintName,
    string Type,
    string WireName,
    string? DefaultGrainType,
    EquatableArray<MethodModel> Methods,
    EquatableArray<ConstructedModel> Constructed,
    bool IsValid,
    EquatableArray<DiagnosticInfo> Diagnostics);

/// <summary>A method of a grain interface.</summary>
/// <param name="RequestName">The class of its requests.</param>
/// <param name="IsDeclaredHere">Whether its request belongs to this interface, not to one of this assembly that it inherits from.</param>
/// <param name="IsRegistered">Whether this assembly registers the request; if not, that of the declaring interface does.</param>
/// <param name="Id">Its number on the wire.</param>
/// <param name="ImplementedType">The interface that declares it, for implementation and call.</param>
/// <param name="OwnerType">The interface that its descriptor names.</param>
/// <param name="OwnerWireName">The name of that on the wire.</param>
/// <param name="Name">The C# name, not escaped.</param>
/// <param name="ReturnType">The C# return type.</param>
/// <param name="Returns">Its kind.</param>
/// <param name="ResultType">The type in the task or enumerable; null for none.</param>
/// <param name="Options">Names of <c>InvokeMethodOptions</c>.</param>
/// <param name="TimeoutTicks">From its attribute; null for the default.</param>
/// <param name="Parameters">All parameters.</param>
internal sealed record MethodModel(
    string RequestName,
    bool IsDeclaredHere,
    bool IsRegistered,
    ulong Id,
    string ImplementedType,
    string OwnerType,
    string OwnerWireName,
    string Name,
    string ReturnType,
    ReturnKind Returns,
    string? ResultType,
    EquatableArray<string> Options,
    long? TimeoutTicks,
    EquatableArray<ParameterModel> Parameters);

/// <summary>A parameter of a grain method.</summary>
/// <param name="Name">The C# name, escaped.</param>
/// <param name="Type">The C# type, with nullability.</param>
/// <param name="PlainType">The C# type, without nullability.</param>
/// <param name="IsToken">Whether it is the cancellation token.</param>
/// <param name="PassesByReference">Whether the argument need not be copied.</param>
internal sealed record ParameterModel(string Name, string Type, string PlainType, bool IsToken, bool PassesByReference);
