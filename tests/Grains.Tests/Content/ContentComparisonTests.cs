using System.Collections.Immutable;
using System.Reflection;
using Warren.Content;
using Warren.Grains.Tests.Testing;
using Warren.Services;

namespace Warren.Grains.Tests.Content;

public sealed class ContentComparisonTests
{
    [Fact]
    public void AreEqual_SameContentInOtherCollections_IsTrueWhereRecordEqualityIsFalse()
    {
        var (left, right) = (Full(), Full());
        left.ShouldNotBe(right);
        ContentComparison.AreEqual(left, right).ShouldBeTrue();
    }

    [Fact]
    public void Differences_SeveralPlaces_NamesThem()
    {
        var before = A.Service() with { Container = A.Service().Container with { Args = ["a", "b"], Env = A.Map(("A", "1"), ("B", "2")) } };
        var after = before with
        {
            Replicas = 3,
            Container = before.Container with { Args = ["a", "c"], Env = A.Map(("A", "1"), ("C", "2")) },
            Update = before.Update with { Parallelism = 2 },
        };
        ContentComparison.Differences(before, after).ShouldBe(
            ["container.args[1]", "container.env[B]", "container.env[C]", "replicas", "update.parallelism"]);
    }

    [Fact]
    public void Differences_BytesAndNulls_AreCompared()
    {
        Warren.Configs.ConfigSpec Config(byte[] content) => new() { Name = new("c"), Content = content };
        ContentComparison.Differences(Config([1, 2]), Config([1, 2])).ShouldBeEmpty();
        ContentComparison.Differences(Config([1, 2]), Config([1, 3])).ShouldBe(["content"]);
        ContentComparison.Differences(A.Service(), null).ShouldBe([""]);
        ContentComparison.Differences<ServiceSpec>(null, null).ShouldBeEmpty();
    }

    [Fact]
    public void AreEqual_UnknownKindOfType_IsAnError() =>
        Should.Throw<NotSupportedException>(() => ContentComparison.AreEqual<object>(new List<int>(), new List<int>()));

    /// <summary>Each property of the spec and of everything in it: when it alone is another, the specs differ at just its path.</summary>
    [Fact]
    public void Differences_EachPropertyOfAServiceChanged_IsSeen()
    {
        var seen = new List<string>();
        foreach (var (path, changed) in Variations(typeof(ServiceSpec), Full(), ""))
        {
            var differences = ContentComparison.Differences(Full(), (ServiceSpec)changed!);
            differences.ShouldHaveSingleItem().ShouldStartWith(path);
            seen.Add(path);
        }

        seen.ShouldContain("container.security.devices[0].access");
        seen.ShouldContain("container.liveness.http.path");
        seen.ShouldContain("secrets[0].onChange");
        seen.Count.ShouldBeGreaterThan(90);
    }

    /// <summary>A spec in which every part is there, so that each property of each part is reached.</summary>
    private static ServiceSpec Full() => (ServiceSpec)Sample(typeof(ServiceSpec), 1)!;

    private static IEnumerable<(string Path, object? Value)> Variations(Type type, object? value, string path)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (IsArray(type))
        {
            var items = ((System.Collections.IList)value!).Cast<object?>().ToArray();
            foreach (var (at, changed) in Variations(type.GenericTypeArguments[0], items[0], path + "[0]"))
                yield return (at, ArrayOf(type.GenericTypeArguments[0], [changed, .. items[1..]]));
            yield return (path, ArrayOf(type.GenericTypeArguments[0], []));
        }
        else if (IsPart(type))
        {
            foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            {
                var at = char.ToLowerInvariant(property.Name[0]) + property.Name[1..];
                foreach (var (inner, changed) in Variations(property.PropertyType, property.GetValue(value), path.Length == 0 ? at : $"{path}.{at}"))
                {
                    var copy = type.GetMethod("<Clone>$")!.Invoke(value, null)!;
                    property.SetValue(copy, changed);
                    yield return (inner, copy);
                }
            }
        }
        else
        {
            yield return (path, Sample(type, 2));
        }
    }

    private static object? Sample(Type type, int variant)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return variant == 1 ? "one" : "two";
        if (type == typeof(bool)) return variant == 1;
        if (type == typeof(TimeSpan)) return TimeSpan.FromSeconds(variant);
        if (type.IsEnum) return Enum.GetValues(type).GetValue(variant - 1);
        if (type.IsPrimitive) return Convert.ChangeType(variant, type, System.Globalization.CultureInfo.InvariantCulture);
        if (type == typeof(ImmutableSortedDictionary<string, string>)) return A.Map(("key", variant == 1 ? "one" : "two"));
        if (IsArray(type)) return ArrayOf(type.GenericTypeArguments[0], [Sample(type.GenericTypeArguments[0], variant)]);
        if (type.IsValueType) return Activator.CreateInstance(type, variant == 1 ? "one" : "two");
        IsPart(type).ShouldBeTrue($"there is no sample of {type}");
        var part = System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type);
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)) property.SetValue(part, Sample(property.PropertyType, variant));
        return part;
    }

    private static bool IsArray(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>);

    private static bool IsPart(Type type) => type.IsClass && type.Assembly == typeof(ServiceSpec).Assembly;

    private static object ArrayOf(Type item, IReadOnlyList<object?> items)
    {
        var array = Array.CreateInstance(item, items.Count);
        for (var i = 0; i < items.Count; i++) array.SetValue(items[i], i);
        return typeof(ImmutableArray).GetMethods()
            .Single(method => method.Name == nameof(ImmutableArray.Create) && method.GetParameters() is [{ ParameterType.IsArray: true }])
            .MakeGenericMethod(item).Invoke(null, [array])!;
    }
}
