using System.Runtime.InteropServices;

namespace Orleans.Serialization;

/// <summary>
/// The base of the codecs of lists and sets: a group of the count, the comparer where there is one, and a field for each item.
/// </summary>
internal abstract class SequenceCodec<TSequence, TItem> : Codec<TSequence>
    where TSequence : IEnumerable<TItem>
{
    private const uint CountField = 1;
    private const uint ComparerField = 2;
    private const uint ItemField = 3;

    /// <summary>The room made before any item has come: a count from the wire is only a hint.</summary>
    private const int MaxInitialCapacity = 256;

    protected Codec<TItem> Items { get; } = Codecs.Of<TItem>($"the items of {typeof(TSequence)}");

    public override WireType WireType => WireType.Group;

    public sealed override void WriteValue(WireWriter writer, TSequence value)
    {
        writer.EnterGroup();
        if (TryGetCount(value, out var count))
        {
            writer.WriteTag(CountField, WireType.Varint);
            writer.WriteVarint((ulong)count);
        }

        var comparer = ComparerOf(value);
        if (comparer != ComparerKind.Default)
        {
            writer.WriteTag(ComparerField, WireType.Varint);
            writer.WriteVarint((ulong)comparer);
        }

        WriteItems(writer, value);
        writer.WriteEndGroup();
    }

    public sealed override TSequence ReadValue(ref WireReader reader)
    {
        var items = new List<TItem>();
        var comparer = ComparerKind.Default;
        reader.EnterGroup();
        while (reader.TryReadTag(out var id, out var type))
        {
            switch (id)
            {
                case CountField when type == WireType.Varint:
                    items.EnsureCapacity(Math.Min(reader.ReadLength(), MaxInitialCapacity));
                    break;
                case ComparerField when type == WireType.Varint:
                    comparer = ComparerKinds.Read(ref reader);
                    break;
                case ItemField:
                    items.Add(Items.ReadField(ref reader, type)!);
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        reader.LeaveGroup();
        try
        {
            return Build(items, comparer);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            throw new WireFormatException($"the items do not fit a {typeof(TSequence)}: {exception.Message}");
        }
    }

    /// <summary>Makes the collection from items that nobody else holds.</summary>
    /// <exception cref="ArgumentException">The items do not fit the collection.</exception>
    protected abstract TSequence Build(List<TItem> items, ComparerKind comparer);

    protected virtual ComparerKind ComparerOf(TSequence value) => ComparerKind.Default;

    protected virtual bool TryGetCount(TSequence value, out int count) => value.TryGetNonEnumeratedCount(out count);

    protected virtual void WriteItems(WireWriter writer, TSequence value)
    {
        foreach (var item in value) Items.WriteField(writer, ItemField, item);
    }

    protected void WriteSpan(WireWriter writer, ReadOnlySpan<TItem> items)
    {
        foreach (var item in items) Items.WriteField(writer, ItemField, item);
    }

    /// <summary>Copies of the items, in a list of its own.</summary>
    protected List<TItem> CopyItems(TSequence value)
    {
        var copies = value.ToList();
        if (Items.IsImmutable) return copies;
        foreach (ref var item in CollectionsMarshal.AsSpan(copies)) item = Items.CopyOrNull(item)!;
        return copies;
    }
}
