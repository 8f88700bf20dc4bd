using Microsoft.CodeAnalysis;

namespace Orleans.CodeGenerator.Analysis;

/// <summary>Finds types that surely have no codec.</summary>
internal static class Serializability
{
    /// <summary>The part of <paramref name="type"/> that cannot travel; null when all can, or that only shows at run time.</summary>
    public static ITypeSymbol? FindObstacle(ITypeSymbol type)
    {
        switch (type)
        {
            case ITypeParameterSymbol or IDynamicTypeSymbol or IErrorTypeSymbol:
                return null;
            case IArrayTypeSymbol array:
                return array.IsSZArray ? FindObstacle(array.ElementType) : array;
            case INamedTypeSymbol { TypeKind: TypeKind.Enum }:
                return null;
            case INamedTypeSymbol named when FrameworkTypes.IsValue(named) || FrameworkTypes.IsByteMemory(named):
                return null;
            case INamedTypeSymbol named when FrameworkTypes.IsGeneric(named) || Attributes.Has(named, Attributes.GenerateSerializer):
                return named.TypeArguments.Select(FindObstacle).FirstOrDefault(x => x is not null);
            case INamedTypeSymbol { TypeKind: TypeKind.Interface }:
                return null;
            case INamedTypeSymbol { TypeKind: TypeKind.Class, IsAbstract: true } named:
                // Derived classes may have codecs, but not those of the framework.
                return named.ContainingNamespace.ToDisplayString().StartsWith("System", StringComparison.Ordinal) ? named : null;
            case INamedTypeSymbol named when Types.IsException(named):
                return null;
            default:
                return type;
        }
    }
}
