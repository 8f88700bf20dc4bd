using System.Collections.Frozen;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;

namespace Orleans.Metadata;

/// <summary>All grain interfaces, methods and grain classes that this process knows. Immutable.</summary>
internal sealed class TypeCatalog
{
    private readonly FrozenDictionary<Type, InterfaceDescriptor> _byClass;
    private readonly FrozenDictionary<GrainInterfaceType, InterfaceDescriptor> _byName;
    private readonly FrozenDictionary<ulong, MethodEntry> _methods;

    /// <exception cref="OrleansConfigurationException">Two types have the same name; the message lists all that do.</exception>
    public TypeCatalog(
        IReadOnlyCollection<InterfaceDescriptor> interfaces,
        IReadOnlyCollection<MethodEntry> methods,
        IReadOnlyCollection<GrainClassDescriptor> grainClasses)
    {
        var problems = Duplicates("grain interface", interfaces, static item => item.InterfaceType.ToString(), static item => item.InterfaceClass.FullName)
            .Concat(Duplicates("method", methods, static item => item.Method.Id.ToString("x16"), static item => $"{item.Method.InterfaceName}.{item.Method.MethodName}"))
            .Concat(Duplicates("grain type", grainClasses, static item => item.GrainType.ToString(), static item => item.GrainClass.FullName))
            .ToList();
        if (problems.Count > 0) throw new OrleansConfigurationException(string.Join(Environment.NewLine, problems));
        GrainClasses = grainClasses;
        _byClass = interfaces.ToFrozenDictionary(static item => item.InterfaceClass);
        _byName = interfaces.ToFrozenDictionary(static item => item.InterfaceType);
        _methods = methods.ToFrozenDictionary(static item => item.Method.Id);
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
    public IEnumerable<MethodDescriptor> MethodsOf(IReadOnlyCollection<GrainInterfaceType> interfaces)
    {
        var classes = interfaces.Where(_byName.ContainsKey).Select(name => _byName[name].InterfaceClass).ToHashSet();
        return _methods.Values.Select(static entry => entry.Method).Where(method => classes.Contains(method.InterfaceClass));
    }

    private static IEnumerable<string> Duplicates<T>(string kind, IEnumerable<T> items, Func<T, string> name, Func<T, string?> owner) =>
        items.GroupBy(name)
            .Where(static group => group.Count() > 1)
            .Select(group => $"The {kind} '{group.Key}' is used by {string.Join(" and ", group.Select(owner))}: give one of them another name by [Alias] or [GrainType].");
}
