using Microsoft.CodeAnalysis;

namespace Orleans.CodeGenerator.Analysis;

/// <summary>Questions about types.</summary>
internal static class Types
{
    public static bool Is(ITypeSymbol type, string fullName)
    {
        var dot = fullName.LastIndexOf('.');
        return type.Name.Length == fullName.Length - dot - 1
            && fullName.EndsWith(type.Name, StringComparison.Ordinal)
            && type.ContainingType is null
            && type.ContainingNamespace?.ToDisplayString() == fullName.Substring(0, dot);
    }

    public static bool IsAddressable(INamedTypeSymbol type) => type.AllInterfaces.Any(x => Is(x, "Orleans.Runtime.IAddressable"));

    public static bool IsException(ITypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (Is(current, "System.Exception")) return true;
        }

        return false;
    }

    /// <summary>Whether generated code of the same assembly can name the type.</summary>
    public static bool IsAccessible(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.ContainingType)
        {
            if (current.IsFileLocal) return false;
            if (!IsAccessible(current.DeclaredAccessibility)) return false;
        }

        return true;
    }

    public static bool IsAccessible(Accessibility accessibility) =>
        accessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal;

    public static bool IsInGeneric(INamedTypeSymbol type)
    {
        for (var outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            if (outer.IsGenericType) return true;
        }

        return false;
    }
}
