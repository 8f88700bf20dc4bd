using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>The caller's side of an enumeration that a grain serves in batches.</summary>
internal sealed class RemoteEnumerable<TItem>(GrainRuntime runtime, GrainReference target, AsyncEnumerableRequest<TItem> request)
    : IAsyncEnumerable<TItem>
{
    public async IAsyncEnumerator<TItem> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, request.CancellationToken);
        var id = CallIds.NewEnumerationId();
        var step = EnumerationStep.Start;
        var isComplete = false;
        try
        {
            while (!isComplete)
            {
                either.Token.ThrowIfCancellationRequested();
                var (status, items) = await SendAsync(step, id).WaitAsync(either.Token);
                if (status == EnumerationStatus.Unknown)
                {
                    isComplete = true;
                    throw new EnumerationAbortedException(
                        $"{request} of {target.GrainId} was cut off: the grain was activated anew, or the enumeration was left idle. Start it again.");
                }

                isComplete = status == EnumerationStatus.Completed;
                step = EnumerationStep.Next;
                foreach (var item in items) yield return item;
            }
        }
        finally
        {
            if (!isComplete) runtime.InvokeOneWay(target, CreateStep(EnumerationStep.End, id));
        }
    }

    private Task<(EnumerationStatus Status, List<TItem> Items)> SendAsync(EnumerationStep step, Guid id) =>
        runtime.InvokeAsync(target, CreateStep(step, id));

    private EnumerateRequest<TItem> CreateStep(EnumerationStep step, Guid id)
    {
        var next = request.CreateStep();
        next.Step = step;
        next.EnumerationId = id;
        return next;
    }
}
