using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Orleans.CodeGenerator.Analysis;

/// <summary>The members of a type that travel.</summary>
internal static class SerializedMembers
{
    /// <summary>Fields and properties that the type itself declares.</summary>
    public static IEnumerable<ISymbol> Of(INamedTypeSymbol type)
    {
        var constructor = PrimaryConstructor(type);
        foreach (var member in type.GetMembers())
        {
            if (member.IsStatic || member is not (IFieldSymbol or IPropertySymbol { IsIndexer: false })) continue;
            if (Attributes.Id(member) is not null) yield return member;
            else if (member is IPropertySymbol property && ParameterOf(property, constructor) is not null) yield return member;
        }
    }

    /// <summary>The parameter of a record's primary constructor from which a property was made.</summary>
    public static IParameterSymbol? ParameterOf(IPropertySymbol property, IMethodSymbol? constructor) =>
        constructor?.Parameters.FirstOrDefault(x => x.Name == property.Name && SymbolEqualityComparer.Default.Equals(x.Type, property.Type));

    public static IMethodSymbol? PrimaryConstructor(INamedTypeSymbol type)
    {
        if (!type.IsRecord) return null;
        foreach (var constructor in type.InstanceConstructors)
        {
            foreach (var reference in constructor.DeclaringSyntaxReferences)
            {
                if (reference.GetSyntax() is RecordDeclarationSyntax { ParameterList: not null }) return constructor;
            }
        }

        // In metadata the primary constructor is that whose parameters all are properties.
        return type.DeclaringSyntaxReferences.Length > 0
            ? null
            : type.InstanceConstructors
                .Where(x => x.Parameters.Length > 0 && x.Parameters.All(parameter => type.GetMembers(parameter.Name).Any(y => y is IPropertySymbol)))
                .OrderByDescending(x => x.Parameters.Length)
                .FirstOrDefault();
    }
}
