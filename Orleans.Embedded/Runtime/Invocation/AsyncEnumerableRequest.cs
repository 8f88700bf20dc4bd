namespace Orleans.Serialization.Invocation;

/// <summary>A call whose method returns an <see cref="IAsyncEnumerable{T}"/>.</summary>
public abstract class AsyncEnumerableRequest<TItem> : Request
{
    /// <summary>Calls the method on <paramref name="target"/>, which implements the interface.</summary>
    public abstract IAsyncEnumerable<TItem> InvokeMethod(object target);
}
