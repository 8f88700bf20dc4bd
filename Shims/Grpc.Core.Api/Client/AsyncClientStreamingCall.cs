using System.Runtime.CompilerServices;

namespace Grpc.Core;

/// <summary>A running call with many requests and one response; await it for the response. Disposing cancels what still runs.</summary>
public sealed class AsyncClientStreamingCall<TRequest, TResponse> : IDisposable
{
    private readonly AsyncCallState _state;

    /// <param name="requestStream">Sends the requests.</param>
    /// <param name="responseAsync">The response to come.</param>
    /// <param name="responseHeadersAsync">The response headers to come.</param>
    /// <param name="getStatusFunc">Gives the status, once the call ended.</param>
    /// <param name="getTrailersFunc">Gives the trailers, once the call ended.</param>
    /// <param name="disposeAction">Ends the call.</param>
    public AsyncClientStreamingCall(
        IClientStreamWriter<TRequest> requestStream,
        Task<TResponse> responseAsync,
        Task<Metadata> responseHeadersAsync,
        Func<Status> getStatusFunc,
        Func<Metadata> getTrailersFunc,
        Action disposeAction)
        : this(new AsyncCallState(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction), requestStream, responseAsync)
    {
    }

    /// <param name="requestStream">Sends the requests.</param>
    /// <param name="responseAsync">The response to come.</param>
    /// <param name="responseHeadersAsync">Gives the response headers to come.</param>
    /// <param name="getStatusFunc">Gives the status, once the call ended.</param>
    /// <param name="getTrailersFunc">Gives the trailers, once the call ended.</param>
    /// <param name="disposeAction">Ends the call.</param>
    /// <param name="state">What the functions are called with.</param>
    public AsyncClientStreamingCall(
        IClientStreamWriter<TRequest> requestStream,
        Task<TResponse> responseAsync,
        Func<object?, Task<Metadata>> responseHeadersAsync,
        Func<object?, Status> getStatusFunc,
        Func<object?, Metadata> getTrailersFunc,
        Action<object?> disposeAction,
        object? state)
        : this(new AsyncCallState(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction, state), requestStream, responseAsync)
    {
    }

    private AsyncClientStreamingCall(AsyncCallState state, IClientStreamWriter<TRequest> requestStream, Task<TResponse> responseAsync)
    {
        ArgumentNullException.ThrowIfNull(requestStream);
        ArgumentNullException.ThrowIfNull(responseAsync);
        _state = state;
        RequestStream = requestStream;
        ResponseAsync = responseAsync;
    }

    /// <summary>Sends the requests.</summary>
    public IClientStreamWriter<TRequest> RequestStream { get; }

    /// <summary>The response, or an <see cref="RpcException"/>.</summary>
    public Task<TResponse> ResponseAsync { get; }

    /// <summary>The response headers; they come before the first response.</summary>
    public Task<Metadata> ResponseHeadersAsync => _state.ResponseHeadersAsync;

    /// <summary>Awaits the response.</summary>
    public TaskAwaiter<TResponse> GetAwaiter() => ResponseAsync.GetAwaiter();

    /// <summary>Awaits the response, and says whether to come back to the captured context.</summary>
    public ConfiguredTaskAwaitable<TResponse> ConfigureAwait(bool continueOnCapturedContext) =>
        ResponseAsync.ConfigureAwait(continueOnCapturedContext);

    /// <summary>How the call ended.</summary>
    /// <exception cref="InvalidOperationException">It still runs.</exception>
    public Status GetStatus() => _state.GetStatus();

    /// <summary>The trailers of the response.</summary>
    /// <exception cref="InvalidOperationException">The call still runs.</exception>
    public Metadata GetTrailers() => _state.GetTrailers();

    /// <summary>Ends the call: cancels it when it still runs, and frees what it holds.</summary>
    public void Dispose() => _state.Dispose();
}
