using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;

namespace Warren.Content;

/// <summary>
/// Compares contracts by what is in them. (The equality of records takes two equal collections for different.) Every public property
/// counts, so that none can be forgotten; a type that it does not know is an error and not a difference.
/// </summary>
public static class ContentComparison
{
    private static readonly ConcurrentDictionary<Type, PropertyInfo[]> s_properties = new();

    /// <summary>Whether two values have the same content.</summary>
    public static bool AreEqual<T>(T? left, T? right) => Differences(left, right).IsEmpty;

    /// <summary>
    /// The paths at which two values differ, in order: <c>container.env[PATH]</c>, <c>update.parallelism</c>. Of collections of different length
    /// the path of the collection. The empty path: the values themselves.
    /// </summary>
    public static ImmutableArray<string> Differences<T>(T? left, T? right)
    {
        var paths = ImmutableArray.CreateBuilder<string>();
        Compare(typeof(T), left, right, "", paths);
        return paths.ToImmutable();
    }

    private static void Compare(Type type, object? left, object? right, string path, ImmutableArray<string>.Builder paths)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (left is null || right is null)
        {
            if (left is not null || right is not null) paths.Add(path);
        }
        else if (left is ReadOnlyMemory<byte> bytes)
        {
            if (!bytes.Span.SequenceEqual(((ReadOnlyMemory<byte>)right).Span)) paths.Add(path);
        }
        else if (Is(type, typeof(ImmutableArray<>)))
        {
            CompareLists(type.GenericTypeArguments[0], (IList)left, (IList)right, path, paths);
        }
        else if (Is(type, typeof(ImmutableSortedDictionary<,>)))
        {
            CompareDictionaries(type.GenericTypeArguments[1], (IDictionary)left, (IDictionary)right, path, paths);
        }
        else if (type.IsValueType || type == typeof(string))
        {
            if (!left.Equals(right)) paths.Add(path);
        }
        else if (type.IsSealed && type.IsDefined(typeof(GenerateSerializerAttribute)))
        {
            foreach (var property in s_properties.GetOrAdd(type, PropertiesOf))
                Compare(property.PropertyType, property.GetValue(left), property.GetValue(right), Join(path, property.Name), paths);
        }
        else
        {
            throw new NotSupportedException($"{type} at '{path}' has no content that is known how to compare; add it to {nameof(ContentComparison)}");
        }
    }

    private static void CompareLists(Type item, IList left, IList right, string path, ImmutableArray<string>.Builder paths)
    {
        if (left.Count != right.Count)
        {
            paths.Add(path);
            return;
        }

        for (var i = 0; i < left.Count; i++)
            Compare(item, left[i], right[i], string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), paths);
    }

    private static void CompareDictionaries(Type value, IDictionary left, IDictionary right, string path, ImmutableArray<string>.Builder paths)
    {
        foreach (var key in left.Keys)
        {
            if (right.Contains(key)) Compare(value, left[key], right[key], $"{path}[{key}]", paths);
            else paths.Add($"{path}[{key}]");
        }

        foreach (var key in right.Keys)
        {
            if (!left.Contains(key)) paths.Add($"{path}[{key}]");
        }
    }

    private static bool Is(Type type, Type definition) => type.IsGenericType && type.GetGenericTypeDefinition() == definition;

    private static PropertyInfo[] PropertiesOf(Type type) =>
        [.. type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.GetIndexParameters().Length == 0)];

    private static string Join(string path, string property)
    {
        var name = char.ToLowerInvariant(property[0]) + property[1..];
        return path.Length == 0 ? name : $"{path}.{name}";
    }
}
