using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Orleans.Metadata;

/// <summary>All grain interfaces, methods and grain classes that this process knows. Immutable.</summary>
internal sealed class TypeCatalog
{
    // Plain dictionaries and loops: this runs at the start of every process, where each generic method costs time to compile.
    private readonly Dictionary<Type, InterfaceDescriptor> _byClass = [];
    private readonly Dictionary<GrainInterfaceType, InterfaceDescriptor> _byName = [];
    private readonly Dictionary<ulong, MethodEntry> _methods = [];

    /// <exception cref="OrleansConfigurationException">Two types have the same name; the message lists all that do.</exception>
    public TypeCatalog(
        IReadOnlyCollection<InterfaceDescriptor> interfaces,
        IReadOnlyCollection<MethodEntry> methods,
        IReadOnlyCollection<GrainClassDescriptor> grainClasses)
    {
        var problems = new List<string>();
        foreach (var item in interfaces)
        {
            if (_byName.TryAdd(item.InterfaceType, item)) _byClass.Add(item.InterfaceClass, item);
            else problems.Add(Twice("grain interface", item.InterfaceType.ToString(), _byName[item.InterfaceType].InterfaceClass.FullName, item.InterfaceClass.FullName));
        }

        foreach (var item in methods)
        {
            if (!_methods.TryAdd(item.Id, item)) problems.Add(Twice("method", item.Id.ToString("x16"), Describe(_methods[item.Id]), Describe(item)));
        }

        var grainTypes = new Dictionary<GrainType, GrainClassDescriptor>();
        foreach (var item in grainClasses)
        {
            if (!grainTypes.TryAdd(item.GrainType, item))
                problems.Add(Twice("grain type", item.GrainType.ToString(), grainTypes[item.GrainType].GrainClass.FullName, item.GrainClass.FullName));
        }

        if (problems.Count > 0) throw new OrleansConfigurationException(string.Join(Environment.NewLine, problems));
        GrainClasses = grainClasses;
    }

    public IReadOnlyCollection<GrainClassDescriptor> GrainClasses { get; }

    /// <exception cref="ArgumentException">No code was generated for the interface.</exception>
    public InterfaceDescriptor InterfaceOf(Type interfaceClass) =>
        _byClass.TryGetValue(interfaceClass, out var descriptor)
            ? descriptor
            : throw new ArgumentException($"{interfaceClass} is no grain interface for which code was generated: it derives from IGrain or IGrainObserver, is not generic, and its project references Orleans.");

    /// <exception cref="ArgumentException">No such interface is known in this process.</exception>
    public InterfaceDescriptor InterfaceOf(GrainInterfaceType interfaceType) =>
        _byName.TryGetValue(interfaceType, out var descriptor)
            ? descriptor
            : throw new ArgumentException($"The grain interface '{interfaceType}' is not known in this process: reference the assembly that has it.");

    /// <summary>An empty request for a method; null when the method is not known.</summary>
    public Request? CreateRequest(ulong methodId)
    {
        if (_methods.TryGetValue(methodId, out var entry)) return entry.Factory();
        return _methods.TryGetValue(EnumerationIds.StepOf(methodId), out entry) && entry.Factory() is IEnumerationSource source
            ? source.CreateStep()
            : null;
    }

    /// <summary>The methods of these interfaces and of those that they derive from.</summary>
    public IEnumerable<MethodEntry> MethodsOf(IReadOnlyCollection<GrainInterfaceType> interfaces)
    {
        var classes = interfaces.Where(_byName.ContainsKey).Select(name => _byName[name].InterfaceClass).ToHashSet();
        return _methods.Values.Where(entry => classes.Contains(entry.InterfaceClass));
    }

    private static string Describe(MethodEntry entry) => $"{entry.Method.InterfaceName}.{entry.Method.MethodName}";

    private static string Twice(string kind, string name, string? first, string? second) =>
        $"The {kind} '{name}' is used by {first} and {second}: give one of them another name by [Alias] or [GrainType].";
}
