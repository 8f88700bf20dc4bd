namespace Grpc.Core;

/// <summary>What the four kinds of call share: functions over the state of a running call.</summary>
internal readonly struct AsyncCallState
{
    private readonly Func<object?, Task<Metadata>> _responseHeaders;
    private readonly Func<object?, Status> _status;
    private readonly Func<object?, Metadata> _trailers;
    private readonly Action<object?> _dispose;
    private readonly object? _state;

    public AsyncCallState(
        Func<object?, Task<Metadata>> responseHeaders,
        Func<object?, Status> status,
        Func<object?, Metadata> trailers,
        Action<object?> dispose,
        object? state)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        ArgumentNullException.ThrowIfNull(status);
        ArgumentNullException.ThrowIfNull(trailers);
        ArgumentNullException.ThrowIfNull(dispose);
        _responseHeaders = responseHeaders;
        _status = status;
        _trailers = trailers;
        _dispose = dispose;
        _state = state;
    }

    public AsyncCallState(Task<Metadata> responseHeaders, Func<Status> status, Func<Metadata> trailers, Action dispose)
        : this(_ => responseHeaders, _ => status(), _ => trailers(), _ => dispose(), null)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        ArgumentNullException.ThrowIfNull(status);
        ArgumentNullException.ThrowIfNull(trailers);
        ArgumentNullException.ThrowIfNull(dispose);
    }

    public Task<Metadata> ResponseHeadersAsync => _responseHeaders(_state);

    public Status GetStatus() => _status(_state);

    public Metadata GetTrailers() => _trailers(_state);

    public void Dispose() => _dispose(_state);
}
