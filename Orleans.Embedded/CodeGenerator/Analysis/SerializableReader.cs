using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Orleans.CodeGenerator.Model;

namespace Orleans.CodeGenerator.Analysis;

/// <summary>Reads a <c>[GenerateSerializer]</c> type.</summary>
internal sealed class SerializableReader
{
    /// <summary>
    /// Tags on the wire: 0 holds the members of the base class; the member with [Id(n)] has 2n + 1, and the record parameter at
    /// position n 2n + 2, so that the two kinds of numbers do not meet.
    /// </summary>
    private const uint MaxId = 100_000_000;

    private readonly INamedTypeSymbol _type;
    private readonly ConstructedTypes _constructed = new();
    private readonly List<DiagnosticInfo> _diagnostics = [];
    private bool _isValid = true;

    private SerializableReader(INamedTypeSymbol type) => _type = type;

    public static SerializableModel Read(INamedTypeSymbol type) => new SerializableReader(type).Read();

    private SerializableModel Read()
    {
        if (!Types.IsAccessible(_type)) Fail(Rules.InaccessibleSerializable, _type, Names.Readable(_type));
        if (Types.IsInGeneric(_type)) Fail(Rules.GenericOuterType, _type, Names.Readable(_type));
        if (Attributes.Alias(_type) is { } alias && !Names.IsUsableAlias(alias)) Fail(Rules.BadAlias, _type, alias, Names.Readable(_type));

        var kind = _type.TypeKind == TypeKind.Enum ? SerializableKind.Enum
            : Types.IsException(_type) ? SerializableKind.Exception
            : _type.IsValueType ? SerializableKind.Struct
            : SerializableKind.Class;
        var members = kind == SerializableKind.Enum ? [] : ReadMembers().ToList();
        return new SerializableModel(
            Names.Generated(_type),
            Names.OnWire(_type),
            Names.Plain(_type),
            _type.IsGenericType ? Names.Plain(_type.ConstructUnboundGenericType()) : null,
            _type.IsGenericType ? $"<{string.Join(", ", _type.TypeParameters.Select(x => x.Name))}>" : "",
            string.Concat(_type.TypeParameters.Select(Constraints)),
            kind,
            kind is SerializableKind.Class or SerializableKind.Exception ? ReadCreation() : Creation.None,
            ReadImmutability(),
            kind is SerializableKind.Class or SerializableKind.Exception ? ReadBase() : null,
            members.ToEquatableArray(),
            _constructed.ToModels(),
            _isValid,
            _diagnostics.ToEquatableArray());
    }

    private IEnumerable<MemberModel> ReadMembers()
    {
        var constructor = SerializedMembers.PrimaryConstructor(_type);
        var byField = new Dictionary<uint, ISymbol>();
        foreach (var member in SerializedMembers.Of(_type))
        {
            var id = Attributes.Id(member);
            if (id > MaxId)
            {
                Fail(Rules.IdTooLarge, member, id.Value.ToString(), Names.Readable(member), MaxId.ToString());
                continue;
            }

            var field = id is not null
                ? (2 * id.Value) + 1
                : (2 * (uint)constructor!.Parameters.IndexOf(SerializedMembers.ParameterOf((IPropertySymbol)member, constructor)!)) + 2;
            if (byField.TryGetValue(field, out var other))
            {
                Fail(Rules.DuplicateId, member, Names.Readable(other), Names.Readable(member), id?.ToString() ?? "");
                continue;
            }

            byField.Add(field, member);
            if (ReadMember(member, field) is { } model) yield return model;
        }

        ReportForgotten(constructor);
    }

    private MemberModel? ReadMember(ISymbol member, uint field)
    {
        var type = member is IFieldSymbol x ? x.Type : ((IPropertySymbol)member).Type;
        _constructed.Add(type);
        if (Serializability.FindObstacle(type) is { } obstacle)
            _diagnostics.Add(DiagnosticInfo.Create(Rules.Unserializable, member, member.Name, Names.Readable(_type), Names.Readable(obstacle)));

        string? backingField;
        bool readsField, writesField;
        if (member is IFieldSymbol variable)
        {
            backingField = variable.Name;
            readsField = !Types.IsAccessible(variable.DeclaredAccessibility);
            writesField = readsField || variable.IsReadOnly;
        }
        else
        {
            var property = (IPropertySymbol)member;
            backingField = _type.GetMembers().OfType<IFieldSymbol>()
                .FirstOrDefault(candidate => SymbolEqualityComparer.Default.Equals(candidate.AssociatedSymbol, property))?.Name;
            readsField = property.GetMethod is not { } getter || !Types.IsAccessible(getter.DeclaredAccessibility);
            writesField = property.SetMethod is not { IsInitOnly: false } setter || !Types.IsAccessible(setter.DeclaredAccessibility);
            if (backingField is null && (readsField || writesField))
            {
                Fail(Rules.NoStorage, member, Names.Readable(member));
                return null;
            }
        }

        return new MemberModel(
            Escape(member.Name),
            field,
            Names.Plain(type),
            backingField,
            readsField,
            writesField,
            Attributes.IsImmutable(member) || Immutability.OfStatic(type),
            $"{Names.Metadata(_type)}.{member.Name}");
    }

    private void ReportForgotten(IMethodSymbol? constructor)
    {
        foreach (var parameter in constructor?.Parameters ?? [])
        {
            var isProperty = _type.GetMembers(parameter.Name).OfType<IPropertySymbol>().Any();
            if (!isProperty && ReadBase() is null)
                _diagnostics.Add(DiagnosticInfo.Create(Rules.ParameterWithoutProperty, parameter, parameter.Name, Names.Readable(_type)));
        }

        var serialized = new HashSet<ISymbol>(SerializedMembers.Of(_type), SymbolEqualityComparer.Default);
        foreach (var member in _type.GetMembers())
        {
            if (member.IsStatic || member.IsImplicitlyDeclared || serialized.Contains(member)) continue;
            var isForgotten = member switch
            {
                IFieldSymbol field => field.DeclaredAccessibility != Accessibility.Private && !IsNonSerialized(field),
                IPropertySymbol property => _type.GetMembers().OfType<IFieldSymbol>()
                    .Any(x => SymbolEqualityComparer.Default.Equals(x.AssociatedSymbol, property) && !serialized.Contains(x) && !IsNonSerialized(x)),
                _ => false,
            };
            if (isForgotten) _diagnostics.Add(DiagnosticInfo.Create(Rules.MemberWithoutId, member, member.Name, Names.Readable(_type)));
        }
    }

    private static bool IsNonSerialized(IFieldSymbol field) => Attributes.Has(field, "System.NonSerializedAttribute");

    private Creation ReadCreation()
    {
        if (_type.IsAbstract) return Creation.None;
        var constructor = _type.InstanceConstructors.FirstOrDefault(x => x.Parameters.Length == 0);
        if (constructor is null) return Creation.Uninitialized;
        return Types.IsAccessible(constructor.DeclaredAccessibility) && !HasRequiredMembers() ? Creation.New : Creation.Accessor;
    }

    private bool HasRequiredMembers()
    {
        for (INamedTypeSymbol? type = _type; type is not null; type = type.BaseType)
        {
            if (type.GetMembers().Any(x => x is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true })) return true;
        }

        return false;
    }

    private string? ReadBase()
    {
        for (var type = _type.BaseType; type is not null; type = type.BaseType)
        {
            if (!Attributes.Has(type, Attributes.GenerateSerializer)) continue;
            if (SerializedMembers.Of(type).Any()) return Names.Plain(type);
        }

        return null;
    }

    private string ReadImmutability()
    {
        if (!Immutability.OfExact(_type, out var depends)) return "false";
        return depends.Count == 0
            ? "true"
            : string.Join(" && ", depends.OrderBy(x => x.Ordinal).Select(x => $"global::Orleans.Serialization.Codecs.Of<{x.Name}>(\"\").IsImmutable"));
    }

    private static string Constraints(ITypeParameterSymbol parameter)
    {
        var parts = new List<string>();
        if (parameter.HasUnmanagedTypeConstraint) parts.Add("unmanaged");
        else if (parameter.HasValueTypeConstraint) parts.Add("struct");
        else if (parameter.HasReferenceTypeConstraint) parts.Add("class");
        else if (parameter.HasNotNullConstraint) parts.Add("notnull");
        parts.AddRange(parameter.ConstraintTypes.Select(Names.Declared));
        if (parameter.HasConstructorConstraint) parts.Add("new()");
        return parts.Count == 0 ? "" : $" where {parameter.Name} : {string.Join(", ", parts)}";
    }

    private static string Escape(string name) =>
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    private void Fail(DiagnosticDescriptor rule, ISymbol symbol, params string[] arguments)
    {
        _isValid = false;
        _diagnostics.Add(DiagnosticInfo.Create(rule, symbol, arguments));
    }
}
