using Grpc.Core;

namespace Warren.Silo.Api.Access;

/// <summary>A stream of requests of which the first was looked at before.</summary>
internal sealed class PeekedStream<T>(IAsyncStreamReader<T> stream) : IAsyncStreamReader<T>
{
    private enum State
    {
        Fresh,
        Peeked,
        Empty,
        Reading,
    }

    private State _state;

    /// <inheritdoc/>
    public T Current => stream.Current;

    /// <summary>The first message, which is read again afterwards; an object that is no message if there is none.</summary>
    public async Task<object> PeekAsync(CancellationToken cancellationToken)
    {
        _state = await stream.MoveNext(cancellationToken) ? State.Peeked : State.Empty;
        return _state == State.Peeked ? stream.Current! : this;
    }

    /// <inheritdoc/>
    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        switch (_state)
        {
            case State.Empty:
                return false;
            case State.Peeked:
                _state = State.Reading;
                return true;
            default:
                _state = State.Reading;
                return await stream.MoveNext(cancellationToken);
        }
    }
}
