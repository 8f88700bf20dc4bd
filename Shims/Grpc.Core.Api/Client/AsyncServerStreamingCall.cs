namespace Grpc.Core;

/// <summary>A running call with one request and many responses. Disposing cancels what still runs.</summary>
public sealed class AsyncServerStreamingCall<TResponse> : IDisposable
{
    private readonly AsyncCallState _state;

    /// <param name="responseStream">Receives the responses.</param>
    /// <param name="responseHeadersAsync">The response headers to come.</param>
    /// <param name="getStatusFunc">Gives the status, once the call ended.</param>
    /// <param name="getTrailersFunc">Gives the trailers, once the call ended.</param>
    /// <param name="disposeAction">Ends the call.</param>
    public AsyncServerStreamingCall(
        IAsyncStreamReader<TResponse> responseStream,
        Task<Metadata> responseHeadersAsync,
        Func<Status> getStatusFunc,
        Func<Metadata> getTrailersFunc,
        Action disposeAction)
        : this(new AsyncCallState(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction), responseStream)
    {
    }

    /// <param name="responseStream">Receives the responses.</param>
    /// <param name="responseHeadersAsync">Gives the response headers to come.</param>
    /// <param name="getStatusFunc">Gives the status, once the call ended.</param>
    /// <param name="getTrailersFunc">Gives the trailers, once the call ended.</param>
    /// <param name="disposeAction">Ends the call.</param>
    /// <param name="state">What the functions are called with.</param>
    public AsyncServerStreamingCall(
        IAsyncStreamReader<TResponse> responseStream,
        Func<object?, Task<Metadata>> responseHeadersAsync,
        Func<object?, Status> getStatusFunc,
        Func<object?, Metadata> getTrailersFunc,
        Action<object?> disposeAction,
        object? state)
        : this(new AsyncCallState(responseHeadersAsync, getStatusFunc, getTrailersFunc, disposeAction, state), responseStream)
    {
    }

    private AsyncServerStreamingCall(AsyncCallState state, IAsyncStreamReader<TResponse> responseStream)
    {
        ArgumentNullException.ThrowIfNull(responseStream);
        _state = state;
        ResponseStream = responseStream;
    }

    /// <summary>Receives the responses.</summary>
    public IAsyncStreamReader<TResponse> ResponseStream { get; }

    /// <summary>The response headers; they come before the first response.</summary>
    public Task<Metadata> ResponseHeadersAsync => _state.ResponseHeadersAsync;

    /// <summary>How the call ended.</summary>
    /// <exception cref="InvalidOperationException">It still runs.</exception>
    public Status GetStatus() => _state.GetStatus();

    /// <summary>The trailers of the response.</summary>
    /// <exception cref="InvalidOperationException">The call still runs.</exception>
    public Metadata GetTrailers() => _state.GetTrailers();

    /// <summary>Ends the call: cancels it when it still runs, and frees what it holds.</summary>
    public void Dispose() => _state.Dispose();
}
