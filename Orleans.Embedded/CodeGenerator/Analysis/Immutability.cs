using Microsoft.CodeAnalysis;

namespace Orleans.CodeGenerator.Analysis;

/// <summary>
/// Whether values are never changed, so that a call inside a process may pass them as they are. The answer for a generic type may
/// depend on its type arguments: those are collected.
/// </summary>
internal sealed class Immutability
{
    private readonly HashSet<ITypeSymbol> _inProgress = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ITypeParameterSymbol> _depends = new(SymbolEqualityComparer.Default);

    private Immutability()
    {
    }

    /// <summary>For a variable of the type, which may hold a value of a derived type.</summary>
    public static bool OfStatic(ITypeSymbol type)
    {
        var analysis = new Immutability();
        return analysis.IsStatic(type) && analysis._depends.Count == 0;
    }

    /// <summary>For values of exactly this type; the type parameters on which it depends as well.</summary>
    public static bool OfExact(INamedTypeSymbol type, out IReadOnlyCollection<ITypeParameterSymbol> depends)
    {
        var analysis = new Immutability();
        depends = analysis._depends;
        return analysis.IsExact(type);
    }

    private bool IsStatic(ITypeSymbol type)
    {
        switch (type)
        {
            case ITypeParameterSymbol parameter:
                _depends.Add(parameter);
                return true;
            case INamedTypeSymbol { TypeKind: TypeKind.Enum }:
                return true;
            case INamedTypeSymbol named:
                if (FrameworkTypes.IsImmutableValue(named)) return true;
                if (FrameworkTypes.IsImmutableGeneric(named)) return named.TypeArguments.All(IsStatic);
                if (IsMarked(named)) return true;
                return (named.IsSealed || named.IsValueType) && IsExact(named);
            default:
                return false;
        }
    }

    private bool IsExact(INamedTypeSymbol type)
    {
        if (IsMarked(type) || Types.IsException(type)) return true;
        if (!Attributes.Has(type, Attributes.GenerateSerializer)) return false;

        // A type that contains itself is immutable when all else in it is.
        if (!_inProgress.Add(type)) return true;
        if (type.BaseType is { SpecialType: not SpecialType.System_Object and not SpecialType.System_ValueType } parent && !IsExact(parent)) return false;
        return SerializedMembers.Of(type).All(member => IsUnchanging(member, type) && (Attributes.IsImmutable(member) || IsStatic(TypeOf(member))));
    }

    // The members of a struct that is passed are those of a copy.
    private static bool IsUnchanging(ISymbol member, INamedTypeSymbol owner) => owner.IsValueType || member switch
    {
        IFieldSymbol field => field.IsReadOnly,
        IPropertySymbol property => property.SetMethod is null or { IsInitOnly: true },
        _ => false,
    };

    private static ITypeSymbol TypeOf(ISymbol member) => member is IFieldSymbol field ? field.Type : ((IPropertySymbol)member).Type;

    private static bool IsMarked(INamedTypeSymbol type)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            if (Attributes.IsImmutable(current)) return true;
        }

        return false;
    }
}
