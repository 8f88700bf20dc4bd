using Orleans.Runtime;

namespace Orleans.Serialization.Invocation;

/// <summary>A call whose method returns <typeparamref name="TResult"/>, or <see cref="NoResult"/> for none.</summary>
public abstract class Request<TResult> : Request
{
    /// <summary>Calls the method on <paramref name="target"/>, which implements the interface.</summary>
    public abstract ValueTask<TResult> InvokeMethod(object target);

    public override async ValueTask<Response> InvokeOn(object target)
    {
        try
        {
            return Response.FromResult(await InvokeMethod(target));
        }
        catch (Exception exception)
        {
            return Response.FromException(exception);
        }
    }

    /// <summary>For generated code: the task of a method that returns nothing, as a result.</summary>
    protected static ValueTask<NoResult> AsResult(Task task)
    {
        return task.IsCompletedSuccessfully ? default : Await(task);

        static async ValueTask<NoResult> Await(Task task)
        {
            await task;
            return default;
        }
    }

    /// <inheritdoc cref="AsResult(Task)"/>
    protected static ValueTask<NoResult> AsResult(ValueTask task) => AsResult(task.AsTask());

    internal sealed override void Run(Message message, object target)
    {
        ValueTask<TResult> pending;
        try
        {
            pending = InvokeMethod(target);
            if (pending.IsCompletedSuccessfully)
            {
                message.CompleteWith(pending.Result);
                return;
            }
        }
        catch (Exception exception)
        {
            message.CompleteWithException(exception);
            return;
        }

        _ = AwaitAsync(message, pending);
    }

    internal sealed override void Complete(Message message, Response response)
    {
        if (response.Exception is { } exception) message.CompleteWithException(exception);
        else message.CompleteWith(response.GetResult<TResult>());
    }

    private static async Task AwaitAsync(Message message, ValueTask<TResult> pending)
    {
        TResult result;
        try
        {
            result = await pending;
        }
        catch (Exception exception)
        {
            message.CompleteWithException(exception);
            return;
        }

        message.CompleteWith(result);
    }
}
