namespace Orleans.Serialization;

/// <summary>Comparers as numbers. A comparer of another kind cannot be made again on the other side, so it is refused.</summary>
internal static class ComparerKinds
{
    private static readonly (StringComparer Comparer, ComparerKind Kind)[] Known =
    [
        (StringComparer.Ordinal, ComparerKind.Ordinal),
        (StringComparer.OrdinalIgnoreCase, ComparerKind.OrdinalIgnoreCase),
        (StringComparer.InvariantCulture, ComparerKind.InvariantCulture),
        (StringComparer.InvariantCultureIgnoreCase, ComparerKind.InvariantCultureIgnoreCase),
    ];

    public static ComparerKind Of<T>(IEqualityComparer<T>? comparer) =>
        comparer is null || comparer.Equals(EqualityComparer<T>.Default) ? ComparerKind.Default : OfString(comparer);

    public static ComparerKind Of<T>(IComparer<T>? comparer) =>
        comparer is null || comparer.Equals(Comparer<T>.Default) ? ComparerKind.Default : OfString(comparer);

    public static ComparerKind Read(ref WireReader reader)
    {
        var number = reader.ReadVarint();
        return number <= (ulong)ComparerKind.DefaultArray ? (ComparerKind)number : throw new WireFormatException($"{number} is no comparer");
    }

    public static IEqualityComparer<T>? Equality<T>(ComparerKind kind) =>
        kind == ComparerKind.Default ? null : (IEqualityComparer<T>)Find<T>(kind);

    public static IComparer<T>? Order<T>(ComparerKind kind) => kind == ComparerKind.Default ? null : (IComparer<T>)Find<T>(kind);

    private static ComparerKind OfString(object comparer)
    {
        foreach (var (known, kind) in Known)
        {
            if (known.Equals(comparer)) return kind;
        }

        throw new CodecNotFoundException(
            $"The comparer {comparer.GetType()} cannot travel between processes: use the default, an ordinal or an invariant one.");
    }

    private static StringComparer Find<T>(ComparerKind kind)
    {
        foreach (var (known, knownKind) in Known)
        {
            if (knownKind == kind && typeof(T) == typeof(string)) return known;
        }

        throw new WireFormatException($"comparer {kind} does not compare {typeof(T)}");
    }
}
