using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>An outgoing call on its way through the filters of the silo or client.</summary>
internal sealed class OutgoingCallContext<TResult>(
    GrainRuntime runtime, GrainReference target, Request<TResult> request, IOutgoingGrainCallFilter[] filters, GrainActivation? source)
    : CallContext(request, target, source?.GrainId ?? default, target.GrainId, filters.Length), IOutgoingGrainCallContext
{
    public IGrainContext? SourceContext => source;

    protected override Task InvokeFilterAsync(int index) => filters[index].Invoke(this);

    protected override async ValueTask<Response> InvokeTargetAsync()
    {
        try
        {
            return Serialization.Invocation.Response.FromResult(await runtime.SendAsync(target, request));
        }
        catch (Exception exception)
        {
            return Serialization.Invocation.Response.FromException(exception);
        }
    }
}
