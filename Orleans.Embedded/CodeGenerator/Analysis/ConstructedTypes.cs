using Microsoft.CodeAnalysis;
using Orleans.CodeGenerator.Emit;
using Orleans.CodeGenerator.Model;

namespace Orleans.CodeGenerator.Analysis;

/// <summary>
/// Collects arrays, enums and constructed generic types that occur in members and signatures, with the expressions that make their
/// codecs: a compiler that works ahead of time makes code only for types that it sees.
/// </summary>
internal sealed class ConstructedTypes
{
    private const string Factory = "global::Orleans.Serialization.FrameworkCodecs";

    private readonly Dictionary<string, ConstructedModel> _found = [];

    public void Add(ITypeSymbol type)
    {
        switch (type)
        {
            case IArrayTypeSymbol { IsSZArray: true, ElementType.SpecialType: not SpecialType.System_Byte } array:
                if (Add(array, $"{Factory}.Array<{Names.Plain(array.ElementType)}>()")) Add(array.ElementType);
                break;
            case INamedTypeSymbol { TypeKind: TypeKind.Enum } named:
                Add(named, $"{Factory}.Enum<{Names.Plain(named)}>()");
                break;
            case INamedTypeSymbol { IsGenericType: true } generic when FrameworkTypes.IsGeneric(generic):
                AddGeneric(generic, $"{Factory}.{generic.Name}{Arguments(generic)}()");
                break;
            case INamedTypeSymbol { IsGenericType: true } generic when Attributes.Has(generic, Attributes.GenerateSerializer) && !Types.IsInGeneric(generic):
                // The codec of a type of another assembly cannot be named here: that assembly has to construct it.
                if (generic.DeclaringSyntaxReferences.Length > 0)
                    AddGeneric(generic, $"new {CodecEmitter.ClassName(Names.Generated(generic.OriginalDefinition))}{Arguments(generic)}()");
                break;
        }
    }

    public EquatableArray<ConstructedModel> ToModels() => _found.Values.OrderBy(x => x.Type, StringComparer.Ordinal).ToEquatableArray();

    private void AddGeneric(INamedTypeSymbol type, string expression)
    {
        if (!Add(type, expression)) return;
        foreach (var argument in type.TypeArguments) Add(argument);
    }

    private bool Add(ITypeSymbol type, string expression)
    {
        var name = Names.Plain(type);
        if (MentionsParameter(type) || _found.ContainsKey(name)) return false;
        _found.Add(name, new ConstructedModel(name, expression));
        return true;
    }

    private static bool MentionsParameter(ITypeSymbol type) => type switch
    {
        ITypeParameterSymbol => true,
        IArrayTypeSymbol array => MentionsParameter(array.ElementType),
        INamedTypeSymbol named => named.TypeArguments.Any(MentionsParameter),
        _ => false,
    };

    private static string Arguments(INamedTypeSymbol type) => $"<{string.Join(", ", type.TypeArguments.Select(Names.Plain))}>";
}
