namespace Orleans.Serialization;

/// <summary>
/// The base of the codecs of dictionaries: a group of the comparer, if it is not the default, and for each entry the key and then
/// the value.
/// </summary>
internal abstract class MapCodec<TMap, TKey, TValue> : Codec<TMap>
    where TMap : IEnumerable<KeyValuePair<TKey, TValue>>
    where TKey : notnull
{
    private const uint ComparerField = 1;
    private const uint KeyField = 2;
    private const uint ValueField = 3;

    private readonly Codec<TKey> _keys = Codecs.Of<TKey>($"the keys of {typeof(TMap)}");
    private readonly Codec<TValue> _values = Codecs.Of<TValue>($"the values of {typeof(TMap)}");

    public override WireType WireType => WireType.Group;

    protected bool AreEntriesImmutable => _keys.IsImmutable && _values.IsImmutable;

    public sealed override void WriteValue(WireWriter writer, TMap value)
    {
        writer.EnterGroup();
        var comparer = ComparerOf(value);
        if (comparer != ComparerKind.Default)
        {
            writer.WriteTag(ComparerField, WireType.Varint);
            writer.WriteVarint((ulong)comparer);
        }

        foreach (var (key, item) in value)
        {
            _keys.WriteField(writer, KeyField, key);
            _values.WriteField(writer, ValueField, item);
        }

        writer.WriteEndGroup();
    }

    public sealed override TMap ReadValue(ref WireReader reader)
    {
        var entries = new List<KeyValuePair<TKey, TValue>>();
        var comparer = ComparerKind.Default;
        TKey? key = default;
        var hasKey = false;
        reader.EnterGroup();
        while (reader.TryReadTag(out var id, out var type))
        {
            switch (id)
            {
                case ComparerField when type == WireType.Varint:
                    comparer = ComparerKinds.Read(ref reader);
                    break;
                case KeyField:
                    if (hasKey) throw new WireFormatException("a key has no value");
                    key = _keys.ReadField(ref reader, type);
                    if (key is null) throw new WireFormatException("a key is null");
                    hasKey = true;
                    break;
                case ValueField:
                    if (!hasKey) throw new WireFormatException("a value has no key");
                    entries.Add(new KeyValuePair<TKey, TValue>(key!, _values.ReadField(ref reader, type)!));
                    hasKey = false;
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        reader.LeaveGroup();
        if (hasKey) throw new WireFormatException("a key has no value");
        try
        {
            return Build(entries, comparer);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            throw new WireFormatException($"the entries do not fit a {typeof(TMap)}: {exception.Message}");
        }
    }

    /// <summary>Makes the map.</summary>
    /// <exception cref="ArgumentException">A key occurs twice.</exception>
    protected abstract TMap Build(List<KeyValuePair<TKey, TValue>> entries, ComparerKind comparer);

    protected abstract ComparerKind ComparerOf(TMap value);

    protected List<KeyValuePair<TKey, TValue>> CopyEntries(TMap value)
    {
        var copies = value.TryGetNonEnumeratedCount(out var count) ? new List<KeyValuePair<TKey, TValue>>(count) : [];
        foreach (var (key, item) in value) copies.Add(new KeyValuePair<TKey, TValue>(_keys.Copy(key), _values.CopyOrNull(item)!));
        return copies;
    }
}
