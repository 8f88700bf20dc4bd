using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Orleans.Serialization;

/// <summary>
/// For generated code: makes the codecs of the framework's generic types, so that a compiler that works ahead of time sees which occur.
/// Where code is compiled at run time they are made by reflection when first needed.
/// </summary>
public static class FrameworkCodecs
{
    public static Codec<T[]> Array<T>() => new ArrayCodec<T>();

    public static Codec<T?> Nullable<T>()
        where T : struct => new NullableCodec<T>();

    public static Codec<T> Enum<T>()
        where T : struct, Enum => new EnumCodec<T>();

    public static Codec<List<T>> List<T>() => new ListCodec<T>();

    public static Codec<HashSet<T>> HashSet<T>() => new HashSetCodec<T>();

    public static Codec<SortedSet<T>> SortedSet<T>() => new SortedSetCodec<T>();

    public static Codec<Queue<T>> Queue<T>() => new QueueCodec<T>();

    public static Codec<Stack<T>> Stack<T>() => new StackCodec<T>();

    public static Codec<ImmutableArray<T>> ImmutableArray<T>() => new ImmutableArrayCodec<T>();

    public static Codec<ImmutableList<T>> ImmutableList<T>() => new ImmutableListCodec<T>();

    public static Codec<ImmutableQueue<T>> ImmutableQueue<T>() => new ImmutableQueueCodec<T>();

    public static Codec<ImmutableHashSet<T>> ImmutableHashSet<T>() => new ImmutableHashSetCodec<T>();

    public static Codec<ImmutableSortedSet<T>> ImmutableSortedSet<T>() => new ImmutableSortedSetCodec<T>();

    public static Codec<FrozenSet<T>> FrozenSet<T>() => new FrozenSetCodec<T>();

    public static Codec<IEnumerable<T>> IEnumerable<T>() => new EnumerableCodec<T>();

    public static Codec<ICollection<T>> ICollection<T>() => new CollectionCodec<T>();

    public static Codec<IList<T>> IList<T>() => new ListOfInterfaceCodec<T>();

    public static Codec<IReadOnlyCollection<T>> IReadOnlyCollection<T>() => new ReadOnlyCollectionCodec<T>();

    public static Codec<IReadOnlyList<T>> IReadOnlyList<T>() => new ReadOnlyListCodec<T>();

    public static Codec<ISet<T>> ISet<T>() => new SetCodec<T>();

    public static Codec<IReadOnlySet<T>> IReadOnlySet<T>() => new ReadOnlySetCodec<T>();

    public static Codec<Dictionary<TKey, TValue>> Dictionary<TKey, TValue>()
        where TKey : notnull => new DictionaryCodec<TKey, TValue>();

    public static Codec<SortedDictionary<TKey, TValue>> SortedDictionary<TKey, TValue>()
        where TKey : notnull => new SortedDictionaryCodec<TKey, TValue>();

    public static Codec<ImmutableDictionary<TKey, TValue>> ImmutableDictionary<TKey, TValue>()
        where TKey : notnull => new ImmutableDictionaryCodec<TKey, TValue>();

    public static Codec<ImmutableSortedDictionary<TKey, TValue>> ImmutableSortedDictionary<TKey, TValue>()
        where TKey : notnull => new ImmutableSortedDictionaryCodec<TKey, TValue>();

    public static Codec<FrozenDictionary<TKey, TValue>> FrozenDictionary<TKey, TValue>()
        where TKey : notnull => new FrozenDictionaryCodec<TKey, TValue>();

    public static Codec<IDictionary<TKey, TValue>> IDictionary<TKey, TValue>()
        where TKey : notnull => new DictionaryOfInterfaceCodec<TKey, TValue>();

    public static Codec<IReadOnlyDictionary<TKey, TValue>> IReadOnlyDictionary<TKey, TValue>()
        where TKey : notnull => new ReadOnlyDictionaryCodec<TKey, TValue>();

    public static Codec<KeyValuePair<TKey, TValue>> KeyValuePair<TKey, TValue>() => new KeyValuePairCodec<TKey, TValue>();

    public static Codec<ValueTuple<T1>> ValueTuple<T1>() =>
        new ValueTupleCodec<T1>();

    public static Codec<ValueTuple<T1, T2>> ValueTuple<T1, T2>() =>
        new ValueTupleCodec<T1, T2>();

    public static Codec<ValueTuple<T1, T2, T3>> ValueTuple<T1, T2, T3>() =>
        new ValueTupleCodec<T1, T2, T3>();

    public static Codec<ValueTuple<T1, T2, T3, T4>> ValueTuple<T1, T2, T3, T4>() =>
        new ValueTupleCodec<T1, T2, T3, T4>();

    public static Codec<ValueTuple<T1, T2, T3, T4, T5>> ValueTuple<T1, T2, T3, T4, T5>() =>
        new ValueTupleCodec<T1, T2, T3, T4, T5>();

    public static Codec<ValueTuple<T1, T2, T3, T4, T5, T6>> ValueTuple<T1, T2, T3, T4, T5, T6>() =>
        new ValueTupleCodec<T1, T2, T3, T4, T5, T6>();

    public static Codec<ValueTuple<T1, T2, T3, T4, T5, T6, T7>> ValueTuple<T1, T2, T3, T4, T5, T6, T7>() =>
        new ValueTupleCodec<T1, T2, T3, T4, T5, T6, T7>();

    public static Codec<ValueTuple<T1, T2, T3, T4, T5, T6, T7, TRest>> ValueTuple<T1, T2, T3, T4, T5, T6, T7, TRest>()
        where TRest : struct =>
        new ValueTupleCodec<T1, T2, T3, T4, T5, T6, T7, TRest>();

    public static Codec<Tuple<T1>> Tuple<T1>() =>
        new TupleCodec<T1>();

    public static Codec<Tuple<T1, T2>> Tuple<T1, T2>() =>
        new TupleCodec<T1, T2>();

    public static Codec<Tuple<T1, T2, T3>> Tuple<T1, T2, T3>() =>
        new TupleCodec<T1, T2, T3>();

    public static Codec<Tuple<T1, T2, T3, T4>> Tuple<T1, T2, T3, T4>() =>
        new TupleCodec<T1, T2, T3, T4>();

    public static Codec<Tuple<T1, T2, T3, T4, T5>> Tuple<T1, T2, T3, T4, T5>() =>
        new TupleCodec<T1, T2, T3, T4, T5>();

    public static Codec<Tuple<T1, T2, T3, T4, T5, T6>> Tuple<T1, T2, T3, T4, T5, T6>() =>
        new TupleCodec<T1, T2, T3, T4, T5, T6>();

    public static Codec<Tuple<T1, T2, T3, T4, T5, T6, T7>> Tuple<T1, T2, T3, T4, T5, T6, T7>() =>
        new TupleCodec<T1, T2, T3, T4, T5, T6, T7>();

    public static Codec<Tuple<T1, T2, T3, T4, T5, T6, T7, TRest>> Tuple<T1, T2, T3, T4, T5, T6, T7, TRest>()
        where TRest : notnull =>
        new TupleCodec<T1, T2, T3, T4, T5, T6, T7, TRest>();
}
