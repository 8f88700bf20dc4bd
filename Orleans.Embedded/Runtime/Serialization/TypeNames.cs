using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Orleans.Runtime;

namespace Orleans.Serialization;

/// <summary>
/// Names of types on the wire: a registered name, or one of a generic type or <c>array</c> with the names of its arguments, as in
/// <c>dictionary&lt;string,array&lt;int&gt;&gt;</c>.
/// </summary>
internal static class TypeNames
{
    /// <summary>UTF-8 bytes of a name at most.</summary>
    public const int MaxLength = 1024;

    private const int MaxNesting = 8;

    /// <summary>Types composed from names that came over the wire at most: a peer that goes on inventing some must not fill the memory.</summary>
    private const int MaxComposed = 10_000;

    private const string ArrayName = "array";

    private static readonly ConcurrentDictionary<string, Type> Types = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<Type, string> Names = new();
    private static readonly ConcurrentDictionary<string, Type> Composed = new(StringComparer.Ordinal);

    /// <exception cref="OrleansConfigurationException">The name already means another type, or is not usable as one.</exception>
    public static void Add(string name, Type type)
    {
        if (name.Length is 0 or > 256 || name.AsSpan().IndexOfAny('<', '>', ',') >= 0)
            throw new OrleansConfigurationException($"'{name}' cannot be the alias of {type}: 1 to 256 characters other than '<', '>' and ','.");
        var known = Types.GetOrAdd(name, type);
        if (known != type)
        {
            throw new OrleansConfigurationException(
                $"Two serialisable types have the name '{name}': {Describe(known)} and {Describe(type)}. Give one of them another [Alias].");
        }

        Names[type] = name;
    }

    /// <summary>The name of a type; null when it, or one of its arguments, has none.</summary>
    public static string? Of(Type type)
    {
        if (Names.TryGetValue(type, out var name)) return name;
        if (type.IsSZArray) return Of(type.GetElementType()!) is { } element ? $"{ArrayName}<{element}>" : null;
        if (!type.IsConstructedGenericType || !Names.TryGetValue(type.GetGenericTypeDefinition(), out name)) return null;
        var arguments = Array.ConvertAll(type.GetGenericArguments(), Of);
        return Array.IndexOf(arguments, null) >= 0 ? null : $"{name}<{string.Join(',', arguments)}>";
    }

    /// <summary>The type that a name means; null when there is none.</summary>
    public static Type? Parse(ReadOnlySpan<char> name)
    {
        if (Types.TryGetValue(name.ToString(), out var type)) return type.IsGenericTypeDefinition ? null : type;
        if (Composed.TryGetValue(name.ToString(), out type)) return type;
        if (Composed.Count >= MaxComposed) return null;
        var rest = name;
        type = ParsePart(ref rest, 0);
        if (type is null || !rest.IsEmpty) return null;
        return Composed.GetOrAdd(name.ToString(), type);
    }

    [UnconditionalSuppressMessage("Trimming", "IL2055", Justification = "Only registered definitions and types, which generated code keeps.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Generated code registers the closed types that occur; others are refused by the caller.")]
    private static Type? ParsePart(ref ReadOnlySpan<char> rest, int nesting)
    {
        if (nesting > MaxNesting) return null;
        var end = rest.IndexOfAny('<', '>', ',');
        var name = (end < 0 ? rest : rest[..end]).ToString();
        rest = end < 0 ? default : rest[end..];
        if (rest.IsEmpty || rest[0] != '<') return Types.TryGetValue(name, out var plain) && !plain.IsGenericTypeDefinition ? plain : null;

        var arguments = new List<Type>();
        do
        {
            rest = rest[1..];
            if (ParsePart(ref rest, nesting + 1) is not { } argument) return null;
            arguments.Add(argument);
        }
        while (!rest.IsEmpty && rest[0] == ',');

        if (rest.IsEmpty || rest[0] != '>') return null;
        rest = rest[1..];
        if (name == ArrayName) return arguments.Count == 1 ? arguments[0].MakeArrayType() : null;
        if (!Types.TryGetValue(name, out var definition) || !definition.IsGenericTypeDefinition) return null;
        if (definition.GetGenericArguments().Length != arguments.Count) return null;
        try
        {
            return definition.MakeGenericType([.. arguments]);
        }
        catch (ArgumentException)
        {
            // The arguments break a constraint: the name means no type.
            return null;
        }
    }

    private static string Describe(Type type) => $"{type} in {type.Assembly.GetName().Name}";
}
