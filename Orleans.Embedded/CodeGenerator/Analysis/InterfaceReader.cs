using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Orleans.CodeGenerator.Model;

namespace Orleans.CodeGenerator.Analysis;

/// <summary>Reads a grain or observer interface.</summary>
internal sealed class InterfaceReader
{
    private readonly INamedTypeSymbol _type;
    private readonly ConstructedTypes _constructed = new();
    private readonly List<DiagnosticInfo> _diagnostics = [];
    private bool _isValid = true;

    private InterfaceReader(INamedTypeSymbol type) => _type = type;

    public static InterfaceModel Read(INamedTypeSymbol type) => new InterfaceReader(type).Read();

    private InterfaceModel Read()
    {
        if (!Types.IsAccessible(_type)) Refuse(Rules.InaccessibleGrain, _type, Names.Readable(_type));
        if (_type.IsGenericType || Types.IsInGeneric(_type)) Refuse(Rules.GenericInterface, _type, Names.Readable(_type));
        if (Attributes.Alias(_type) is { } alias && !Names.IsUsableAlias(alias)) Refuse(Rules.BadAlias, _type, alias, Names.Readable(_type));

        var methods = new List<MethodModel>();
        var byId = new Dictionary<ulong, IMethodSymbol>();
        foreach (var (declaring, method) in Methods())
        {
            if (ReadMethod(declaring, method) is not { } model) continue;
            if (byId.TryGetValue(model.Id, out var other))
            {
                Refuse(Rules.MethodCollision, OwnOrType(method), Names.Readable(other), Names.Readable(method));
                continue;
            }

            byId.Add(model.Id, method);
            methods.Add(model);
        }

        return new InterfaceModel(
            Names.Generated(_type),
            Names.Plain(_type),
            Names.OnWire(_type),
            Attributes.Text(_type, "Orleans.Metadata.DefaultGrainTypeAttribute"),
            methods.ToEquatableArray(),
            _constructed.ToModels(),
            _isValid,
            _diagnostics.ToEquatableArray());
    }

    private IEnumerable<(INamedTypeSymbol Declaring, IMethodSymbol Method)> Methods()
    {
        foreach (var declaring in new[] { _type }.Concat(_type.AllInterfaces))
        {
            foreach (var member in declaring.GetMembers())
            {
                if (member.IsStatic || member is INamedTypeSymbol) continue;
                if (member is IMethodSymbol { MethodKind: MethodKind.Ordinary } method)
                {
                    // Private and sealed members have bodies and cannot be implemented.
                    if (method.IsAbstract || method.IsVirtual) yield return (declaring, method);
                }
                else if (member is IPropertySymbol or IEventSymbol && (member.IsAbstract || member.IsVirtual))
                {
                    Refuse(Rules.NotAMethod, OwnOrType(member), Names.Readable(member));
                }
            }
        }
    }

    private MethodModel? ReadMethod(INamedTypeSymbol declaring, IMethodSymbol method)
    {
        var name = Names.Readable(method);
        if (method.IsGenericMethod) return Refuse(Rules.GenericMethod, OwnOrType(method), name);
        if (ReadReturn(method) is not { } returns) return Refuse(Rules.ReturnType, OwnOrType(method), name, Names.Readable(method.ReturnType));
        if (method.Parameters.FirstOrDefault(x => x.RefKind is not RefKind.None || x.Type.IsRefLikeType) is { } reference)
            return Refuse(Rules.ReferenceParameter, OwnOrType(method), reference.Name, name);
        if (method.Parameters.Count(x => IsToken(x.Type)) > 1) return Refuse(Rules.SeveralTokens, OwnOrType(method), name);

        var isOneWay = Attributes.Has(method, "Orleans.Concurrency.OneWayAttribute");
        if (isOneWay && returns.Result is not null) return Refuse(Rules.OneWayResult, OwnOrType(method), name);
        if (SymbolEqualityComparer.Default.Equals(declaring, _type)) ReportObstacles(method, returns.Result);

        foreach (var parameter in method.Parameters) _constructed.Add(parameter.Type);
        if (returns.Result is not null) _constructed.Add(returns.Result);

        // Requests of a generic interface, or one that is no grain interface, belong to the grain interface that inherits it.
        var owner = declaring.IsGenericType || !Types.IsAddressable(declaring) ? _type : declaring;
        var isOwn = SymbolEqualityComparer.Default.Equals(owner, _type);
        var isLocal = SymbolEqualityComparer.Default.Equals(owner.ContainingAssembly, _type.ContainingAssembly);
        var id = IdOf(owner, method);
        return new MethodModel(
            $"{Names.Generated(owner)}_{method.Name}_{id:x16}",
            isOwn || !isLocal,
            isOwn,
            id,
            Names.Plain(declaring),
            Names.Plain(owner),
            Names.OnWire(owner),
            method.Name,
            Names.Declared(method.ReturnType),
            returns.Kind,
            returns.Result is null ? null : Names.Plain(returns.Result),
            ReadOptions(method, isOneWay || returns.Kind == ReturnKind.Void).ToEquatableArray(),
            ReadTimeout(method) ?? ReadTimeout(owner),
            method.Parameters.Select(ReadParameter).ToEquatableArray());
    }

    /// <summary>A method with an alias of its own keeps its number when parameters are added.</summary>
    private static ulong IdOf(INamedTypeSymbol owner, IMethodSymbol method)
    {
        var text = Attributes.Alias(method) is { } alias
            ? $"{Names.OnWire(owner)}|{alias}"
            : $"{Names.OnWire(owner)}|{method.Name}|{string.Join(",", method.Parameters.Where(x => !IsToken(x.Type)).Select(x => Names.InHash(x.Type)))}";
        return Hash.Fnv1A(text);
    }

    private static (ReturnKind Kind, ITypeSymbol? Result)? ReadReturn(IMethodSymbol method)
    {
        if (method.ReturnsVoid) return (ReturnKind.Void, null);
        if (method.ReturnType is not INamedTypeSymbol type) return null;
        var argument = type.TypeArguments.FirstOrDefault();
        return (type.ContainingNamespace?.ToDisplayString(), type.Name, type.Arity) switch
        {
            ("System.Threading.Tasks", "Task", 0) => (ReturnKind.Task, null),
            ("System.Threading.Tasks", "Task", 1) => (ReturnKind.TaskOf, argument),
            ("System.Threading.Tasks", "ValueTask", 0) => (ReturnKind.ValueTask, null),
            ("System.Threading.Tasks", "ValueTask", 1) => (ReturnKind.ValueTaskOf, argument),
            ("System.Collections.Generic", "IAsyncEnumerable", 1) => (ReturnKind.AsyncEnumerable, argument),
            _ => null,
        };
    }

    private static IEnumerable<string> ReadOptions(IMethodSymbol method, bool isOneWay)
    {
        if (isOneWay) yield return "OneWay";
        if (Attributes.Has(method, "Orleans.Concurrency.ReadOnlyAttribute")) yield return "ReadOnly";
        if (Attributes.Has(method, "Orleans.Concurrency.AlwaysInterleaveAttribute")) yield return "AlwaysInterleave";
    }

    private long? ReadTimeout(ISymbol symbol)
    {
        if (Attributes.Text(symbol, "Orleans.ResponseTimeoutAttribute") is not { } text) return null;
        if (TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var timeout) && timeout > TimeSpan.Zero) return timeout.Ticks;
        Refuse(Rules.InvalidTimeSpan, OwnOrType(symbol), text, Names.Readable(symbol));
        return null;
    }

    private static ParameterModel ReadParameter(IParameterSymbol parameter) => new(
        SyntaxFacts.GetKeywordKind(parameter.Name) == SyntaxKind.None ? parameter.Name : "@" + parameter.Name,
        Names.Declared(parameter.Type),
        Names.Plain(parameter.Type),
        IsToken(parameter.Type),
        Attributes.IsImmutable(parameter) || Immutability.OfStatic(parameter.Type));

    private void ReportObstacles(IMethodSymbol method, ITypeSymbol? result)
    {
        foreach (var parameter in method.Parameters)
        {
            if (!IsToken(parameter.Type) && Serializability.FindObstacle(parameter.Type) is { } obstacle)
                _diagnostics.Add(DiagnosticInfo.Create(Rules.Unserializable, parameter, parameter.Name, Names.Readable(method), Names.Readable(obstacle)));
        }

        if (result is not null && Serializability.FindObstacle(result) is { } part)
            _diagnostics.Add(DiagnosticInfo.Create(Rules.Unserializable, method, "the result", Names.Readable(method), Names.Readable(part)));
    }

    private static bool IsToken(ITypeSymbol type) => Types.Is(type, "System.Threading.CancellationToken");

    private ISymbol OwnOrType(ISymbol symbol) =>
        SymbolEqualityComparer.Default.Equals(symbol.ContainingAssembly, _type.ContainingAssembly) ? symbol : _type;

    private MethodModel? Refuse(DiagnosticDescriptor rule, ISymbol symbol, params string[] arguments)
    {
        _isValid = false;
        _diagnostics.Add(DiagnosticInfo.Create(rule, symbol, arguments));
        return null;
    }
}
