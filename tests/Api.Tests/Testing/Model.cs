using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using Warren.Configs;
using Warren.Containers;
using Warren.Events;
using Warren.Nodes;
using Warren.Secrets;
using Warren.Services;
using Warren.Tasks;
using Warren.Volumes;

namespace Warren.Api.Tests.Testing;

/// <summary>
/// Objects of the model in which every property says something, found by reflection, so that a property that is new is in every test. A type that it does
/// not know is an error.
/// </summary>
internal static class Model
{
    private static readonly DateTimeOffset s_moment = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>An object whose properties, and theirs, all differ from their defaults.</summary>
    public static T Full<T>() => (T)Full(typeof(T), 1);

    /// <summary>The object with one thing changed, for each thing that there is to change: its path and the changed object.</summary>
    public static IEnumerable<(string Path, T Changed)> Variations<T>(T full) =>
        Vary(typeof(T), full!, "").Select(variation => (variation.Path, (T)variation.Changed!));

    private static object Full(Type type, int seed)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (Leaf(type, seed) is { } leaf) return leaf;
        if (Is(type, typeof(ImmutableArray<>))) return List(type.GenericTypeArguments[0], Full(type.GenericTypeArguments[0], seed), Full(type.GenericTypeArguments[0], seed + 1));
        if (!type.IsDefined(typeof(GenerateSerializerAttribute))) throw new NotSupportedException($"{type} is not known how to fill; add it to {nameof(Model)}");
        var positional = type.GetConstructors().FirstOrDefault(one => one.GetParameters().Length > 0 && one.GetParameters()[0].ParameterType != type);
        if (positional is not null) return positional.Invoke([.. positional.GetParameters().Select((parameter, i) => Full(parameter.ParameterType, seed + i + 1))]);
        var made = Activator.CreateInstance(type)!;
        var number = seed;
        foreach (var property in Properties(type)) property.SetValue(made, Full(property.PropertyType, ++number));
        return made;
    }

    private static object? Leaf(Type type, int seed) => type switch
    {
        _ when type == typeof(string) => $"text{seed}",
        _ when type == typeof(int) => 1_000 + seed,
        _ when type == typeof(long) => 10_000_000_000L + seed,
        _ when type == typeof(double) => 3.5 + seed,
        _ when type == typeof(bool) => true,
        _ when type == typeof(TimeSpan) => TimeSpan.FromMilliseconds(100_250 + seed),
        _ when type == typeof(DateTimeOffset) => s_moment.AddMinutes(seed),
        _ when type == typeof(ReadOnlyMemory<byte>) => new ReadOnlyMemory<byte>([1, 2, (byte)seed]),
        _ when type == typeof(ImmutableSortedDictionary<string, string>) => ImmutableSortedDictionary<string, string>.Empty.Add($"key{seed}", "value"),
        _ when type == typeof(ServiceName) => new ServiceName($"service{seed}"),
        _ when type == typeof(SecretName) => new SecretName($"secret{seed}"),
        _ when type == typeof(ConfigName) => new ConfigName($"config{seed}"),
        _ when type == typeof(VolumeName) => new VolumeName($"volume{seed}"),
        _ when type == typeof(NodeId) => new NodeId($"n{seed}"),
        _ when type == typeof(TaskId) => TaskId.Parse($"web.{seed}.{seed}"),
        _ when type == typeof(Platform) => new Platform("linux", "arm", $"v{seed}"),
        _ when type == typeof(EventSubject) => new EventSubject(SubjectKind.Node, $"n{seed}"),
        _ when type == typeof(HostPort) => new HostPort(seed, PortProtocol.Udp, $"10.0.0.{seed}"),
        _ when type == typeof(ResourceAmount) => new ResourceAmount(seed, seed + 100),
        { IsEnum: true } => Enum.GetValues(type).Cast<object>().Last(),
        _ => null,
    };

    private static IEnumerable<(string Path, object? Changed)> Vary(Type type, object value, string path)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            yield return (path + " (null)", null);
            type = underlying;
        }

        if (type == typeof(bool))
        {
            yield return (path, false);
        }
        else if (type.IsEnum)
        {
            yield return (path, Enum.GetValues(type).GetValue(0));
        }
        else if (Leaf(type, 77) is { } other)
        {
            yield return (path, other);
        }
        else if (Is(type, typeof(ImmutableArray<>)))
        {
            var (item, items) = (type.GenericTypeArguments[0], (IList)value);
            yield return (path, List(item));
            foreach (var (below, changed) in Vary(item, items[0]!, path + "[0]")) yield return (below, List(item, changed!, items[1]!));
        }
        else
        {
            foreach (var property in Properties(type))
            {
                foreach (var (below, changed) in Vary(property.PropertyType, property.GetValue(value)!, path.Length == 0 ? property.Name : $"{path}.{property.Name}"))
                {
                    var copy = type.GetMethod("<Clone>$")!.Invoke(value, null)!;
                    property.SetValue(copy, changed);
                    yield return (below, copy);
                }
            }
        }
    }

    private static object List(Type item, params object[] items)
    {
        var array = Array.CreateInstance(item, items.Length);
        for (var i = 0; i < items.Length; i++) array.SetValue(items[i], i);
        return typeof(ImmutableArray).GetMethods()
            .Single(method => method.Name == nameof(ImmutableArray.Create) && method.GetParameters() is [{ ParameterType.IsArray: true }])
            .MakeGenericMethod(item).Invoke(null, [array])!;
    }

    private static IEnumerable<PropertyInfo> Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite);

    private static bool Is(Type type, Type definition) => type.IsGenericType && type.GetGenericTypeDefinition() == definition;
}
