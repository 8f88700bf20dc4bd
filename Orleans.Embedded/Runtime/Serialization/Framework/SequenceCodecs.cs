using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Orleans.Serialization;

internal sealed class ArrayCodec<T> : SequenceCodec<T[], T>
{
    public override T[] Copy(T[] value)
    {
        var copy = value.AsSpan().ToArray();
        if (Items.IsImmutable) return copy;
        foreach (ref var item in copy.AsSpan()) item = Items.CopyOrNull(item)!;
        return copy;
    }

    protected override T[] Build(List<T> items, ComparerKind comparer) => [.. items];

    protected override void WriteItems(WireWriter writer, T[] value) => WriteSpan(writer, value);
}

internal sealed class ListCodec<T> : SequenceCodec<List<T>, T>
{
    public override List<T> Copy(List<T> value) => CopyItems(value);

    protected override List<T> Build(List<T> items, ComparerKind comparer) => items;
}

/// <summary>The interfaces that a list implements; the receiver gets a list, whatever was sent.</summary>
internal abstract class ListInterfaceCodec<TSequence, T> : SequenceCodec<TSequence, T>
    where TSequence : IEnumerable<T>
{
    public override TSequence Copy(TSequence value) => (TSequence)(object)CopyItems(value);

    protected override TSequence Build(List<T> items, ComparerKind comparer) => (TSequence)(object)items;
}

internal sealed class HashSetCodec<T> : SequenceCodec<HashSet<T>, T>
{
    public override HashSet<T> Copy(HashSet<T> value) =>
        Items.IsImmutable ? new HashSet<T>(value, value.Comparer) : new HashSet<T>(CopyItems(value), value.Comparer);

    protected override HashSet<T> Build(List<T> items, ComparerKind comparer) => new(items, ComparerKinds.Equality<T>(comparer));

    protected override ComparerKind ComparerOf(HashSet<T> value) => ComparerKinds.Of(value.Comparer);
}

/// <summary>The interfaces that a set implements; the receiver gets a hash set, whatever was sent.</summary>
internal abstract class SetInterfaceCodec<TSet, T> : SequenceCodec<TSet, T>
    where TSet : IEnumerable<T>
{
    public override TSet Copy(TSet value) => (TSet)(object)new HashSet<T>(CopyItems(value), (value as HashSet<T>)?.Comparer);

    protected override TSet Build(List<T> items, ComparerKind comparer) =>
        (TSet)(object)new HashSet<T>(items, ComparerKinds.Equality<T>(comparer));

    protected override ComparerKind ComparerOf(TSet value) =>
        value is HashSet<T> set ? ComparerKinds.Of(set.Comparer) : ComparerKind.Default;
}

internal sealed class SortedSetCodec<T> : SequenceCodec<SortedSet<T>, T>
{
    public override SortedSet<T> Copy(SortedSet<T> value) => new(CopyItems(value), value.Comparer);

    protected override SortedSet<T> Build(List<T> items, ComparerKind comparer) => new(items, ComparerKinds.Order<T>(comparer));

    protected override ComparerKind ComparerOf(SortedSet<T> value) => ComparerKinds.Of(value.Comparer);
}

internal sealed class QueueCodec<T> : SequenceCodec<Queue<T>, T>
{
    public override Queue<T> Copy(Queue<T> value) => new(CopyItems(value));

    protected override Queue<T> Build(List<T> items, ComparerKind comparer) => new(items);
}

internal sealed class StackCodec<T> : SequenceCodec<Stack<T>, T>
{
    public override Stack<T> Copy(Stack<T> value) => Build(CopyItems(value), ComparerKind.Default);

    // A stack is enumerated from its top.
    protected override Stack<T> Build(List<T> items, ComparerKind comparer)
    {
        items.Reverse();
        return new Stack<T>(items);
    }
}

/// <summary>A default array is told from an empty one: its comparer field says <see cref="ComparerKind.DefaultArray"/>.</summary>
internal sealed class ImmutableArrayCodec<T> : SequenceCodec<ImmutableArray<T>, T>
{
    public override bool IsImmutable => Items.IsImmutable;

    public override ImmutableArray<T> Copy(ImmutableArray<T> value) =>
        IsImmutable || value.IsDefaultOrEmpty ? value : [.. CopyItems(value)];

    protected override ImmutableArray<T> Build(List<T> items, ComparerKind comparer) =>
        comparer == ComparerKind.DefaultArray ? default : ImmutableCollectionsMarshal.AsImmutableArray(items.ToArray());

    protected override ComparerKind ComparerOf(ImmutableArray<T> value) =>
        value.IsDefault ? ComparerKind.DefaultArray : ComparerKind.Default;

    protected override bool TryGetCount(ImmutableArray<T> value, out int count)
    {
        count = value.IsDefault ? 0 : value.Length;
        return !value.IsDefault;
    }

    protected override void WriteItems(WireWriter writer, ImmutableArray<T> value) => WriteSpan(writer, value.AsSpan());
}

internal sealed class ImmutableListCodec<T> : SequenceCodec<ImmutableList<T>, T>
{
    public override bool IsImmutable => Items.IsImmutable;

    public override ImmutableList<T> Copy(ImmutableList<T> value) => IsImmutable ? value : [.. CopyItems(value)];

    protected override ImmutableList<T> Build(List<T> items, ComparerKind comparer) => [.. items];
}

internal sealed class ImmutableQueueCodec<T> : SequenceCodec<ImmutableQueue<T>, T>
{
    public override bool IsImmutable => Items.IsImmutable;

    public override ImmutableQueue<T> Copy(ImmutableQueue<T> value) => IsImmutable ? value : [.. CopyItems(value)];

    protected override ImmutableQueue<T> Build(List<T> items, ComparerKind comparer) => [.. items];
}

internal sealed class ImmutableHashSetCodec<T> : SequenceCodec<ImmutableHashSet<T>, T>
{
    public override bool IsImmutable => Items.IsImmutable;

    public override ImmutableHashSet<T> Copy(ImmutableHashSet<T> value) =>
        IsImmutable ? value : CopyItems(value).ToImmutableHashSet(value.KeyComparer);

    protected override ImmutableHashSet<T> Build(List<T> items, ComparerKind comparer) =>
        items.ToImmutableHashSet(ComparerKinds.Equality<T>(comparer));

    protected override ComparerKind ComparerOf(ImmutableHashSet<T> value) => ComparerKinds.Of(value.KeyComparer);
}

internal sealed class ImmutableSortedSetCodec<T> : SequenceCodec<ImmutableSortedSet<T>, T>
{
    public override bool IsImmutable => Items.IsImmutable;

    public override ImmutableSortedSet<T> Copy(ImmutableSortedSet<T> value) =>
        IsImmutable ? value : CopyItems(value).ToImmutableSortedSet(value.KeyComparer);

    protected override ImmutableSortedSet<T> Build(List<T> items, ComparerKind comparer) =>
        items.ToImmutableSortedSet(ComparerKinds.Order<T>(comparer));

    protected override ComparerKind ComparerOf(ImmutableSortedSet<T> value) => ComparerKinds.Of(value.KeyComparer);
}

internal sealed class FrozenSetCodec<T> : SequenceCodec<FrozenSet<T>, T>
{
    public override bool IsImmutable => Items.IsImmutable;

    // The implementations are derived classes.
    public override bool AcceptsDerived => true;

    public override FrozenSet<T> Copy(FrozenSet<T> value) => IsImmutable ? value : CopyItems(value).ToFrozenSet(value.Comparer);

    protected override FrozenSet<T> Build(List<T> items, ComparerKind comparer) => items.ToFrozenSet(ComparerKinds.Equality<T>(comparer));

    protected override ComparerKind ComparerOf(FrozenSet<T> value) => ComparerKinds.Of(value.Comparer);
}
