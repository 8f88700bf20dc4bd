using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>Sends calls from one silo or client.</summary>
internal abstract class GrainRuntime
{
    public abstract TGrainInterface Cast<TGrainInterface>(GrainReference reference)
        where TGrainInterface : IAddressable;

    public abstract Task<TResult> InvokeAsync<TResult>(GrainReference target, Request<TResult> request);

    public abstract void InvokeOneWay(GrainReference target, Request request);

    public abstract IAsyncEnumerable<TItem> InvokeEnumerable<TItem>(GrainReference target, AsyncEnumerableRequest<TItem> request);
}
