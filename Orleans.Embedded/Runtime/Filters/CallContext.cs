using System.Reflection;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>What incoming and outgoing calls have in common for filters: a chain that ends with the call itself.</summary>
internal abstract class CallContext(Request request, object grain, GrainId source, GrainId target, int filterCount) : IGrainCallContext
{
    private int _next;

    public IInvokable Request => request;

    public object Grain => grain;

    public GrainId? SourceId => source.IsDefault ? null : source;

    public GrainId TargetId => target;

    public GrainInterfaceType InterfaceType => request.Method.InterfaceType;

    public string InterfaceName => request.Method.InterfaceName;

    public string MethodName => request.Method.MethodName;

    public MethodInfo InterfaceMethod => request.Method.Method;

    public Response? Response { get; set; }

    public object? Result
    {
        get => Response?.Result;
        set
        {
            if (Response is { Exception: null }) Response.Result = value;
            else Response = Response.FromResult(value);
        }
    }

    public async Task Invoke()
    {
        if (_next < filterCount)
        {
            await InvokeFilterAsync(_next++);
            return;
        }

        if (_next++ > filterCount) throw new InvalidOperationException($"{request}: a call filter called Invoke twice.");
        Response = await InvokeTargetAsync();
        if (Response.Exception is { } exception) System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception);
    }

    /// <summary>Runs all filters and the call; a failure is in the response.</summary>
    public async Task<Response> RunAsync()
    {
        try
        {
            await Invoke();
            return Response ?? Response.Completed;
        }
        catch (Exception exception)
        {
            return Response.FromException(exception);
        }
    }

    protected abstract Task InvokeFilterAsync(int index);

    protected abstract ValueTask<Response> InvokeTargetAsync();
}
