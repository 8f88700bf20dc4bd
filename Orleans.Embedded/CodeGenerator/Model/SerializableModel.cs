namespace Orleans.CodeGenerator.Model;

internal enum SerializableKind
{
    Class,
    Exception,
    Struct,
    Enum,
}

internal enum Creation
{
    /// <summary>An abstract class has no instances of its own.</summary>
    None,

    /// <summary><c>new T()</c>.</summary>
    New,

    /// <summary>The parameterless constructor, which is not accessible or leaves required members.</summary>
    Accessor,

    /// <summary>No constructor runs, since all need arguments.</summary>
    Uninitialized,
}

/// <summary>A <c>[GenerateSerializer]</c> type.</summary>
/// <param name="HintName">Names generated file and class.</param>
/// <param name="WireName">Names the type on the wire.</param>
/// <param name="Type">The C# name with its own type parameters.</param>
/// <param name="OpenType">The C# name for <c>typeof</c> of a generic definition; null when the type is not generic.</param>
/// <param name="TypeParameters"><c>&lt;T&gt;</c>, or nothing.</param>
/// <param name="Constraints">The constraints of the type parameters.</param>
/// <param name="Kind">Which base class the codec has.</param>
/// <param name="Creation">How instances are made.</param>
/// <param name="IsImmutable">A C# expression: whether values need no copy.</param>
/// <param name="BaseType">The nearest base class that has a codec with members; null for none.</param>
/// <param name="Members">The members that this type declares.</param>
/// <param name="Constructed">The constructed types that occur in its members.</param>
/// <param name="IsValid">Whether code can be generated.</param>
/// <param name="Diagnostics">What is to be reported.</param>
internal sealed record SerializableModel(
    string HintName,
    string WireName,
    string Type,
    string? OpenType,
    string TypeParameters,
    string Constraints,
    SerializableKind Kind,
    Creation Creation,
    string IsImmutable,
    string? BaseType,
    EquatableArray<MemberModel> Members,
    EquatableArray<ConstructedModel> Constructed,
    bool IsValid,
    EquatableArray<DiagnosticInfo> Diagnostics);

/// <summary>A serialised member.</summary>
/// <param name="Name">The C# name, escaped.</param>
/// <param name="Field">The tag on the wire.</param>
/// <param name="Type">The C# type, without nullability.</param>
/// <param name="BackingField">The field to go to where the member itself is not accessible; null for none.</param>
/// <param name="ReadsField">Whether reading goes to that field.</param>
/// <param name="WritesField">Whether writing does.</param>
/// <param name="CopiesByReference">Whether a copy may share the value.</param>
/// <param name="Description">For error messages.</param>
internal sealed record MemberModel(
    string Name,
    uint Field,
    string Type,
    string? BackingField,
    bool ReadsField,
    bool WritesField,
    bool CopiesByReference,
    string Description);
