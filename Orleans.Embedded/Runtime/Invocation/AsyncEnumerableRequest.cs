using Orleans.CodeGeneration;
using Orleans.Runtime;

namespace Orleans.Serialization.Invocation;

/// <summary>A call whose method returns an <see cref="IAsyncEnumerable{T}"/>.</summary>
public abstract class AsyncEnumerableRequest<TItem> : Request, IEnumerationSource
{
    private MethodDescriptor? _stepDescriptor;

    /// <summary>Calls the method on <paramref name="target"/>, which implements the interface.</summary>
    public abstract IAsyncEnumerable<TItem> InvokeMethod(object target);

    public sealed override ValueTask<Response> InvokeOn(object target) => new(Response.FromResult(InvokeMethod(target)));

    Request IEnumerationSource.CreateStep() => CreateStep();

    internal EnumerateRequest<TItem> CreateStep()
    {
        _stepDescriptor ??= Method with
        {
            Id = EnumerationIds.StepOf(Method.Id),
            Options = InvokeMethodOptions.AlwaysInterleave,
        };
        return new EnumerateRequest<TItem>(this, _stepDescriptor);
    }

    internal sealed override void Run(Message message, object target) =>
        message.CompleteWithException(new InvalidOperationException($"{this} is enumerated step by step."));

    internal sealed override void Complete(Message message, Response response) => Run(message, this);
}
