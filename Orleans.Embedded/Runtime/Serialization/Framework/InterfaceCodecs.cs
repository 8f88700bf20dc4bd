namespace Orleans.Serialization;

internal sealed class EnumerableCodec<T> : ListInterfaceCodec<IEnumerable<T>, T>;

internal sealed class CollectionCodec<T> : ListInterfaceCodec<ICollection<T>, T>;

internal sealed class ListOfInterfaceCodec<T> : ListInterfaceCodec<IList<T>, T>;

internal sealed class ReadOnlyCollectionCodec<T> : ListInterfaceCodec<IReadOnlyCollection<T>, T>;

internal sealed class ReadOnlyListCodec<T> : ListInterfaceCodec<IReadOnlyList<T>, T>;

internal sealed class SetCodec<T> : SetInterfaceCodec<ISet<T>, T>;

internal sealed class ReadOnlySetCodec<T> : SetInterfaceCodec<IReadOnlySet<T>, T>;

internal sealed class DictionaryOfInterfaceCodec<TKey, TValue> : DictionaryInterfaceCodec<IDictionary<TKey, TValue>, TKey, TValue>
    where TKey : notnull;

internal sealed class ReadOnlyDictionaryCodec<TKey, TValue> : DictionaryInterfaceCodec<IReadOnlyDictionary<TKey, TValue>, TKey, TValue>
    where TKey : notnull;
