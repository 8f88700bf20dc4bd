using Microsoft.CodeAnalysis;

namespace Orleans.CodeGenerator.Analysis;

/// <summary>The types for which the engine brings codecs.</summary>
internal static class FrameworkTypes
{
    private static readonly HashSet<string> ImmutableValues =
    [
        "System.Boolean", "System.Byte", "System.SByte", "System.Int16", "System.UInt16", "System.Int32", "System.UInt32", "System.Int64",
        "System.UInt64", "System.Int128", "System.UInt128", "System.Half", "System.Single", "System.Double", "System.Decimal", "System.Char",
        "System.String", "System.Guid", "System.DateTime", "System.DateTimeOffset", "System.DateOnly", "System.TimeOnly", "System.TimeSpan",
        "System.Uri", "System.Version", "System.Numerics.BigInteger", "System.Net.IPAddress",
        "Orleans.Runtime.IdSpan", "Orleans.Runtime.GrainType", "Orleans.Runtime.GrainInterfaceType", "Orleans.Runtime.GrainId",
        "Orleans.Runtime.SiloAddress", "Orleans.Runtime.ActivationId", "Orleans.Serialization.Invocation.NoResult",
    ];

    private static readonly HashSet<string> OtherValues =
    [
        "System.Object", "System.Net.IPEndPoint", "Orleans.Runtime.GrainReference",
    ];

    /// <summary>Generic types that are never changed when their arguments are not.</summary>
    private static readonly HashSet<string> ImmutableGenerics =
    [
        "System.Nullable", "System.ValueTuple", "System.Tuple", "System.Collections.Generic.KeyValuePair",
        "System.Collections.Immutable.ImmutableArray", "System.Collections.Immutable.ImmutableList",
        "System.Collections.Immutable.ImmutableQueue", "System.Collections.Immutable.ImmutableHashSet",
        "System.Collections.Immutable.ImmutableSortedSet", "System.Collections.Immutable.ImmutableDictionary",
        "System.Collections.Immutable.ImmutableSortedDictionary", "System.Collections.Frozen.FrozenSet",
        "System.Collections.Frozen.FrozenDictionary",
    ];

    private static readonly HashSet<string> OtherGenerics =
    [
        "System.Collections.Generic.List", "System.Collections.Generic.HashSet", "System.Collections.Generic.SortedSet",
        "System.Collections.Generic.Queue", "System.Collections.Generic.Stack", "System.Collections.Generic.Dictionary",
        "System.Collections.Generic.SortedDictionary", "System.Collections.Generic.IEnumerable", "System.Collections.Generic.ICollection",
        "System.Collections.Generic.IList", "System.Collections.Generic.IReadOnlyCollection", "System.Collections.Generic.IReadOnlyList",
        "System.Collections.Generic.ISet", "System.Collections.Generic.IReadOnlySet", "System.Collections.Generic.IDictionary",
        "System.Collections.Generic.IReadOnlyDictionary",
    ];

    public static bool IsImmutableValue(INamedTypeSymbol type) => !type.IsGenericType && ImmutableValues.Contains(FullName(type));

    public static bool IsValue(INamedTypeSymbol type) => !type.IsGenericType && FullName(type) is var name
        && (ImmutableValues.Contains(name) || OtherValues.Contains(name));

    public static bool IsImmutableGeneric(INamedTypeSymbol type) => type.IsGenericType && ImmutableGenerics.Contains(FullName(type));

    public static bool IsGeneric(INamedTypeSymbol type) => type.IsGenericType && FullName(type) is var name
        && (ImmutableGenerics.Contains(name) || OtherGenerics.Contains(name));

    public static bool IsByteMemory(INamedTypeSymbol type) =>
        FullName(type) is "System.Memory" or "System.ReadOnlyMemory"
        && type.TypeArguments is [{ SpecialType: SpecialType.System_Byte }];

    private static string FullName(INamedTypeSymbol type) =>
        type.ContainingType is null ? $"{type.ContainingNamespace.ToDisplayString()}.{type.Name}" : "";
}
