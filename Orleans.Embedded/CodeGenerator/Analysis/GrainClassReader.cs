using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Orleans.CodeGenerator.Model;

namespace Orleans.CodeGenerator.Analysis;

/// <summary>Reads a grain class.</summary>
internal sealed class GrainClassReader
{
    private const string Services = "context.ActivationServices";
    private const string ServiceExtensions = "global::Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions";
    private const string KeyedServiceExtensions = "global::Microsoft.Extensions.DependencyInjection.ServiceProviderKeyedServiceExtensions";

    /// <summary>Interfaces that say what kind of key a grain has, not what can be called.</summary>
    private static readonly string[] Markers =
    [
        "Orleans.IGrain", "Orleans.IGrainObserver", "Orleans.IGrainWithStringKey", "Orleans.IGrainWithGuidKey", "Orleans.IGrainWithIntegerKey",
        "Orleans.IGrainWithGuidCompoundKey", "Orleans.IGrainWithIntegerCompoundKey",
    ];

    private readonly INamedTypeSymbol _type;
    private readonly List<DiagnosticInfo> _diagnostics = [];
    private bool _isValid = true;

    private GrainClassReader(INamedTypeSymbol type) => _type = type;

    public static bool IsGrainClass(INamedTypeSymbol type)
    {
        if (type.TypeKind != TypeKind.Class || type.IsAbstract || type.IsStatic || type.IsGenericType || Types.IsInGeneric(type)) return false;
        if (type.AllInterfaces.Any(x => Types.Is(x, "Orleans.IGrainBase"))) return true;
        for (var current = type.BaseType; current is not null; current = current.BaseType)
        {
            if (Types.Is(current, "Orleans.Grain")) return true;
        }

        return false;
    }

    public static GrainClassModel Read(INamedTypeSymbol type) => new GrainClassReader(type).Read();

    private GrainClassModel Read()
    {
        if (!Types.IsAccessible(_type)) Report(Rules.InaccessibleGrain, _type, Names.Readable(_type));
        var isWorker = Attributes.Find(_type, "Orleans.Concurrency.StatelessWorkerAttribute") is { } worker;
        int? limit = isWorker
            ? Attributes.Find(_type, "Orleans.Concurrency.StatelessWorkerAttribute") is { ConstructorArguments: [{ Value: int max }] } ? max : 0
            : null;
        return new GrainClassModel(
            Names.Plain(_type),
            ReadGrainType(),
            _type.AllInterfaces
                .Where(x => Types.IsAddressable(x) && !x.IsGenericType && !Array.Exists(Markers, marker => Types.Is(x, marker)))
                .Select(Names.OnWire)
                .ToEquatableArray(),
            ReadArguments().ToEquatableArray(),
            Attributes.Has(_type, "Orleans.Concurrency.ReentrantAttribute"),
            limit,
            ReadCollectionAge(),
            _isValid,
            _diagnostics.ToEquatableArray());
    }

    private string ReadGrainType()
    {
        if (Attributes.Text(_type, "Orleans.GrainTypeAttribute") is { } name) return name;
        const string Suffix = "grain";
        name = _type.Name.ToLowerInvariant();
        return name.Length > Suffix.Length && name.EndsWith(Suffix, StringComparison.Ordinal)
            ? name.Substring(0, name.Length - Suffix.Length)
            : name;
    }

    private List<string> ReadArguments()
    {
        var marked = _type.InstanceConstructors
            .Where(x => Attributes.Has(x, "Microsoft.Extensions.DependencyInjection.ActivatorUtilitiesConstructorAttribute"))
            .ToList();
        var candidates = marked.Count > 0 ? marked : _type.InstanceConstructors.Where(x => x.DeclaredAccessibility == Accessibility.Public).ToList();
        if (candidates is [var constructor] && Types.IsAccessible(constructor.DeclaredAccessibility))
            return constructor.Parameters.Select(ReadArgument).ToList();
        Report(Rules.Constructor, _type, Names.Readable(_type));
        return [];
    }

    private static string ReadArgument(IParameterSymbol parameter)
    {
        var type = Names.Plain(parameter.Type);
        if (Types.Is(parameter.Type, "Orleans.Runtime.IGrainContext")) return "context";
        if (Types.Is(parameter.Type, "System.IServiceProvider")) return Services;
        if (Attributes.Find(parameter, "Orleans.Runtime.PersistentStateAttribute") is { } state && parameter.Type is INamedTypeSymbol { TypeArguments: [var stateType] })
        {
            var names = state.ConstructorArguments.Select(x => x.ToCSharpString());
            return $"global::Orleans.Runtime.GrainFacets.PersistentState<{Names.Plain(stateType)}>(context, {string.Join(", ", names)})";
        }

        var key = Attributes.Find(parameter, "Microsoft.Extensions.DependencyInjection.FromKeyedServicesAttribute") is { ConstructorArguments: [var argument] }
            ? argument.ToCSharpString()
            : null;
        if (parameter.HasExplicitDefaultValue)
        {
            var found = key is null
                ? $"{Services}.GetService(typeof({type}))"
                : $"((global::Microsoft.Extensions.DependencyInjection.IKeyedServiceProvider){Services}).GetKeyedService(typeof({type}), {key})";
            return $"{found} is {type.TrimEnd('?')} given{parameter.Ordinal} ? given{parameter.Ordinal} : {Default(parameter, type)}";
        }

        return key is null
            ? $"{ServiceExtensions}.GetRequiredService<{type}>({Services})"
            : $"{KeyedServiceExtensions}.GetRequiredKeyedService<{type}>({Services}, {key})";
    }

    private static string Default(IParameterSymbol parameter, string type) => parameter.ExplicitDefaultValue is { } value
        ? $"({type}){SymbolDisplay.FormatPrimitive(value, quoteStrings: true, useHexadecimalNumbers: false)}"
        : $"default({type})";

    private string? ReadCollectionAge()
    {
        const string Never = "global::System.Threading.Timeout.InfiniteTimeSpan";
        if (Attributes.Has(_type, "Orleans.KeepAliveAttribute")) return Never;
        if (Attributes.Find(_type, "Orleans.CollectionAgeLimitAttribute") is not { } attribute) return null;

        var age = TimeSpan.Zero;
        if (attribute.ConstructorArguments is [{ Value: string text }])
        {
            if (!TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out age)) Report(Rules.InvalidTimeSpan, _type, text, Names.Readable(_type));
        }

        foreach (var named in attribute.NamedArguments)
        {
            switch (named.Key, named.Value.Value)
            {
                case ("AlwaysActive", true): return Never;
                case ("Days", double days): age += TimeSpan.FromDays(days); break;
                case ("Hours", double hours): age += TimeSpan.FromHours(hours); break;
                case ("Minutes", double minutes): age += TimeSpan.FromMinutes(minutes); break;
            }
        }

        if (age <= TimeSpan.Zero) Report(Rules.InvalidTimeSpan, _type, age.ToString(), Names.Readable(_type));
        return $"new global::System.TimeSpan({age.Ticks}L)";
    }

    private void Report(DiagnosticDescriptor rule, ISymbol symbol, params string[] arguments)
    {
        _isValid = false;
        _diagnostics.Add(DiagnosticInfo.Create(rule, symbol, arguments));
    }
}
