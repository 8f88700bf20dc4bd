using Microsoft.CodeAnalysis;

namespace Orleans.CodeGenerator.Analysis;

/// <summary>Finds attributes by their full name, whichever assembly declares them.</summary>
internal static class Attributes
{
    public const string GenerateSerializer = "Orleans.GenerateSerializerAttribute";

    public static AttributeData? Find(ISymbol symbol, string fullName)
    {
        foreach (var attribute in symbol.GetAttributes())
        {
            if (attribute.AttributeClass is { } type && Types.Is(type, fullName)) return attribute;
        }

        return null;
    }

    public static bool Has(ISymbol symbol, string fullName) => Find(symbol, fullName) is not null;

    public static string? Alias(ISymbol symbol) => Text(symbol, "Orleans.AliasAttribute");

    public static uint? Id(ISymbol symbol) =>
        Find(symbol, "Orleans.IdAttribute") is { ConstructorArguments: [{ Value: uint id }] } ? id : null;

    /// <summary>The only argument of an attribute, a text; null when the attribute is not there.</summary>
    public static string? Text(ISymbol symbol, string fullName) =>
        Find(symbol, fullName) is { ConstructorArguments: [{ Value: string text }, ..] } ? text : null;

    public static bool IsImmutable(ISymbol symbol) => Has(symbol, "Orleans.ImmutableAttribute");
}
