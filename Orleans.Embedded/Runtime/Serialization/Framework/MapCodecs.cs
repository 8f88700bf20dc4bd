using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Orleans.Serialization;

internal sealed class DictionaryCodec<TKey, TValue> : MapCodec<Dictionary<TKey, TValue>, TKey, TValue>
    where TKey : notnull
{
    public override Dictionary<TKey, TValue> Copy(Dictionary<TKey, TValue> value) =>
        AreEntriesImmutable ? new(value, value.Comparer) : new(CopyEntries(value), value.Comparer);

    protected override Dictionary<TKey, TValue> Build(List<KeyValuePair<TKey, TValue>> entries, ComparerKind comparer) =>
        new(entries, ComparerKinds.Equality<TKey>(comparer));

    protected override ComparerKind ComparerOf(Dictionary<TKey, TValue> value) => ComparerKinds.Of(value.Comparer);
}

/// <summary>The interfaces that a dictionary implements; the receiver gets a dictionary, whatever was sent.</summary>
internal abstract class DictionaryInterfaceCodec<TMap, TKey, TValue> : MapCodec<TMap, TKey, TValue>
    where TMap : IEnumerable<KeyValuePair<TKey, TValue>>
    where TKey : notnull
{
    public override TMap Copy(TMap value) =>
        (TMap)(object)new Dictionary<TKey, TValue>(CopyEntries(value), (value as Dictionary<TKey, TValue>)?.Comparer);

    protected override TMap Build(List<KeyValuePair<TKey, TValue>> entries, ComparerKind comparer) =>
        (TMap)(object)new Dictionary<TKey, TValue>(entries, ComparerKinds.Equality<TKey>(comparer));

    protected override ComparerKind ComparerOf(TMap value) =>
        value is Dictionary<TKey, TValue> dictionary ? ComparerKinds.Of(dictionary.Comparer) : ComparerKind.Default;
}

internal sealed class SortedDictionaryCodec<TKey, TValue> : MapCodec<SortedDictionary<TKey, TValue>, TKey, TValue>
    where TKey : notnull
{
    public override SortedDictionary<TKey, TValue> Copy(SortedDictionary<TKey, TValue> value) => Make(CopyEntries(value), value.Comparer);

    protected override SortedDictionary<TKey, TValue> Build(List<KeyValuePair<TKey, TValue>> entries, ComparerKind comparer) =>
        Make(entries, ComparerKinds.Order<TKey>(comparer));

    protected override ComparerKind ComparerOf(SortedDictionary<TKey, TValue> value) => ComparerKinds.Of(value.Comparer);

    private static SortedDictionary<TKey, TValue> Make(List<KeyValuePair<TKey, TValue>> entries, IComparer<TKey>? comparer)
    {
        var result = new SortedDictionary<TKey, TValue>(comparer);
        foreach (var (key, value) in entries) result.Add(key, value);
        return result;
    }
}

internal sealed class ImmutableDictionaryCodec<TKey, TValue> : MapCodec<ImmutableDictionary<TKey, TValue>, TKey, TValue>
    where TKey : notnull
{
    public override bool IsImmutable => AreEntriesImmutable;

    public override ImmutableDictionary<TKey, TValue> Copy(ImmutableDictionary<TKey, TValue> value) =>
        IsImmutable ? value : CopyEntries(value).ToImmutableDictionary(value.KeyComparer, value.ValueComparer);

    protected override ImmutableDictionary<TKey, TValue> Build(List<KeyValuePair<TKey, TValue>> entries, ComparerKind comparer) =>
        entries.ToImmutableDictionary(ComparerKinds.Equality<TKey>(comparer));

    protected override ComparerKind ComparerOf(ImmutableDictionary<TKey, TValue> value) => ComparerKinds.Of(value.KeyComparer);
}

internal sealed class ImmutableSortedDictionaryCodec<TKey, TValue> : MapCodec<ImmutableSortedDictionary<TKey, TValue>, TKey, TValue>
    where TKey : notnull
{
    public override bool IsImmutable => AreEntriesImmutable;

    public override ImmutableSortedDictionary<TKey, TValue> Copy(ImmutableSortedDictionary<TKey, TValue> value) =>
        IsImmutable ? value : CopyEntries(value).ToImmutableSortedDictionary(value.KeyComparer, value.ValueComparer);

    protected override ImmutableSortedDictionary<TKey, TValue> Build(List<KeyValuePair<TKey, TValue>> entries, ComparerKind comparer) =>
        entries.ToImmutableSortedDictionary(ComparerKinds.Order<TKey>(comparer));

    protected override ComparerKind ComparerOf(ImmutableSortedDictionary<TKey, TValue> value) => ComparerKinds.Of(value.KeyComparer);
}

internal sealed class FrozenDictionaryCodec<TKey, TValue> : MapCodec<FrozenDictionary<TKey, TValue>, TKey, TValue>
    where TKey : notnull
{
    public override bool IsImmutable => AreEntriesImmutable;

    // The implementations are derived classes.
    public override bool AcceptsDerived => true;

    public override FrozenDictionary<TKey, TValue> Copy(FrozenDictionary<TKey, TValue> value) =>
        IsImmutable ? value : CopyEntries(value).ToFrozenDictionary(value.Comparer);

    protected override FrozenDictionary<TKey, TValue> Build(List<KeyValuePair<TKey, TValue>> entries, ComparerKind comparer) =>
        new Dictionary<TKey, TValue>(entries, ComparerKinds.Equality<TKey>(comparer)).ToFrozenDictionary(ComparerKinds.Equality<TKey>(comparer));

    protected override ComparerKind ComparerOf(FrozenDictionary<TKey, TValue> value) => ComparerKinds.Of(value.Comparer);
}

internal sealed class KeyValuePairCodec<TKey, TValue> : Codec<KeyValuePair<TKey, TValue>>
{
    private readonly Codec<TKey> _key = Codecs.Of<TKey>($"the key of {typeof(KeyValuePair<TKey, TValue>)}");
    private readonly Codec<TValue> _value = Codecs.Of<TValue>($"the value of {typeof(KeyValuePair<TKey, TValue>)}");

    public override WireType WireType => WireType.Group;

    public override bool IsImmutable => _key.IsImmutable && _value.IsImmutable;

    public override void WriteValue(WireWriter writer, KeyValuePair<TKey, TValue> value)
    {
        writer.EnterGroup();
        _key.WriteField(writer, 1, value.Key);
        _value.WriteField(writer, 2, value.Value);
        writer.WriteEndGroup();
    }

    public override KeyValuePair<TKey, TValue> ReadValue(ref WireReader reader)
    {
        TKey? key = default;
        TValue? value = default;
        reader.EnterGroup();
        while (reader.TryReadTag(out var id, out var type))
        {
            switch (id)
            {
                case 1: key = _key.ReadField(ref reader, type); break;
                case 2: value = _value.ReadField(ref reader, type); break;
                default: reader.Skip(type); break;
            }
        }

        reader.LeaveGroup();
        return new KeyValuePair<TKey, TValue>(key!, value!);
    }

    public override KeyValuePair<TKey, TValue> Copy(KeyValuePair<TKey, TValue> value) =>
        new(_key.CopyOrNull(value.Key)!, _value.CopyOrNull(value.Value)!);
}
