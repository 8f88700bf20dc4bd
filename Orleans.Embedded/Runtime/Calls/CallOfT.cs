using Orleans.Serialization;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <inheritdoc/>
internal sealed class Call<TResult>(GrainRuntime runtime) : Call(runtime)
{
    private readonly TaskCompletionSource<TResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TResult> Task => _completion.Task;

    public override void OnResult(ref WireReader body)
    {
        TResult result = default!;
        if (typeof(TResult) != typeof(NoResult))
        {
            try
            {
                result = ReadResult(ref body);
            }
            catch (Exception exception)
            {
                OnFailure(new OrleansException($"The result of {Message} cannot be decoded: {exception.Message}", exception));
                return;
            }
        }

        if (TryFinish()) _completion.TrySetResult(result);
    }

    protected override void SetLocalResult<TOther>(TOther result)
    {
        if (typeof(TOther) == typeof(NoResult))
        {
            _completion.TrySetResult(default!);
            return;
        }

        var completion = ((Call<TOther>)(object)this)._completion;
        try
        {
            completion.TrySetResult(Codecs.Of<TOther>().CopyOrNull(result)!);
        }
        catch (Exception exception)
        {
            completion.TrySetException(exception);
        }
    }

    protected override void SetException(Exception exception)
    {
        if (exception is OperationCanceledException cancelled) _completion.TrySetCanceled(cancelled.CancellationToken);
        else _completion.TrySetException(exception);
    }

    protected override void SetCanceled(CancellationToken token) => _completion.TrySetCanceled(token);

    private static TResult ReadResult(ref WireReader body)
    {
        TResult? result = default;
        while (body.TryReadTag(out var id, out var type))
        {
            if (id == 1) result = Codecs.Of<TResult>().ReadField(ref body, type);
            else body.Skip(type);
        }

        return result!;
    }
}
