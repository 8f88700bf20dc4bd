using Microsoft.CodeAnalysis;

namespace Warren.Architecture.Tests.Orleans;

/// <summary>Writes what a type shows to others, a line for the type and one for each public or protected member.</summary>
internal static class PublicApi
{
    private static readonly SymbolDisplayFormat s_format = new(
        SymbolDisplayGlobalNamespaceStyle.Omitted,
        SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces,
        SymbolDisplayGenericsOptions.IncludeTypeParameters,
        SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeRef,
        SymbolDisplayDelegateStyle.NameAndSignature,
        SymbolDisplayExtensionMethodStyle.StaticMethod,
        SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeParamsRefOut
            | SymbolDisplayParameterOptions.IncludeOptionalBrackets,
        SymbolDisplayPropertyStyle.NameOnly,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes);

    public static bool IsVisible(ISymbol symbol) =>
        symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal
        && (symbol.ContainingType is null || IsVisible(symbol.ContainingType));

    public static string Type(INamedTypeSymbol type) => $"{type.TypeKind.ToString().ToLowerInvariant()} {type.ToDisplayString(s_format)}";

    /// <summary>The member as one line: a property with those of its accessors that are visible, an enum's field with its value.</summary>
    public static string Member(ISymbol member)
    {
        var text = member.ToDisplayString(s_format);
        return member switch
        {
            IPropertySymbol property => $"{text} {{{Accessor(property.GetMethod, "get")}{Accessor(property.SetMethod, "set")} }}",
            IFieldSymbol { ContainingType.TypeKind: TypeKind.Enum } field => $"{text} = {field.ConstantValue}",
            _ => text,
        };
    }

    /// <summary>Members as others see them: without accessors, which their properties and events show, and without nested types.</summary>
    public static IEnumerable<ISymbol> Members(INamedTypeSymbol type) => type.GetMembers().Where(member =>
        IsVisible(member)
        && member is not INamedTypeSymbol
        && member is not IMethodSymbol { AssociatedSymbol: not null }
        && !(type.IsValueType && member.IsImplicitlyDeclared));

    private static string Accessor(IMethodSymbol? accessor, string word)
    {
        if (accessor is null || !IsVisible(accessor)) return "";
        return accessor.IsInitOnly ? " init;" : $" {word};";
    }
}
