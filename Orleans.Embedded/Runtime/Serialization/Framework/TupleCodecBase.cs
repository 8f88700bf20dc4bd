namespace Orleans.Serialization;

/// <summary>The base of the codecs of tuples: a group with field i for item i, counted from 1.</summary>
internal abstract class TupleCodecBase<T> : Codec<T>
{
    public sealed override WireType WireType => WireType.Group;

    protected static Codec<TItem> Item<TItem>() => Codecs.Of<TItem>($"an item of {typeof(T)}");
}
