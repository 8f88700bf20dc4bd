using System.Text;
using Microsoft.CodeAnalysis;

namespace Orleans.CodeGenerator.Analysis;

/// <summary>Names of types in generated code and on the wire.</summary>
internal static class Names
{
    private const int MaxAlias = 256;

    private static readonly SymbolDisplayFormat WithNullability = SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(
        SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat ForPeople = SymbolDisplayFormat.CSharpErrorMessageFormat.RemoveMiscellaneousOptions(
        SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    /// <summary>As declared, for signatures.</summary>
    public static string Declared(ITypeSymbol type) => type.ToDisplayString(WithNullability);

    /// <summary>Without nullability, for type arguments and <c>typeof</c>.</summary>
    public static string Plain(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);

    /// <summary>For people.</summary>
    public static string Readable(ISymbol symbol) => symbol.ToDisplayString(ForPeople);

    /// <summary>The name of a type on the wire: its alias, else namespace and name as reflection writes them.</summary>
    public static string OnWire(INamedTypeSymbol type) => Attributes.Alias(type) ?? Metadata(type);

    public static bool IsUsableAlias(string alias) => alias.Length is > 0 and <= MaxAlias && alias.IndexOfAny(['<', '>', ',', '|']) < 0;

    /// <summary>A type in the hash of a method. Nullability and names of tuple items do not count.</summary>
    public static string InHash(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => $"{InHash(array.ElementType)}[{new string(',', array.Rank - 1)}]",
        INamedTypeSymbol { IsGenericType: true } generic => $"{OnWire(generic.OriginalDefinition)}<{string.Join(",", AllArguments(generic).Select(InHash))}>",
        INamedTypeSymbol named => OnWire(named),
        ITypeParameterSymbol parameter => "!" + parameter.Ordinal,
        IDynamicTypeSymbol => "System.Object",
        _ => type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat),
    };

    public static string Metadata(INamedTypeSymbol type)
    {
        var name = type.MetadataName;
        for (var outer = type.ContainingType; outer is not null; outer = outer.ContainingType) name = outer.MetadataName + "+" + name;
        return type.ContainingNamespace is { IsGlobalNamespace: false } space ? space.ToDisplayString() + "." + name : name;
    }

    /// <summary>A name for a generated class and its file: readable, and unique by the hash of the full name.</summary>
    public static string Generated(INamedTypeSymbol type)
    {
        var full = Metadata(type);
        return $"{type.Name}_{(uint)(Hash.Fnv1A(full) >> 32):x8}";
    }

    /// <summary>The namespace of the generated code of an assembly.</summary>
    public static string Namespace(string? assemblyName)
    {
        var result = new StringBuilder("OrleansGenerated.");
        var start = result.Length;
        foreach (var character in assemblyName ?? "Assembly")
            result.Append(char.IsLetterOrDigit(character) ? character : '_');
        if (char.IsDigit(result[start])) result.Insert(start, '_');
        return result.ToString();
    }

    public static string Literal(string text) => Microsoft.CodeAnalysis.CSharp.SymbolDisplay.FormatLiteral(text, quote: true);

    private static IEnumerable<ITypeSymbol> AllArguments(INamedTypeSymbol type) =>
        type.ContainingType is { } outer ? AllArguments(outer).Concat(type.TypeArguments) : type.TypeArguments;
}
