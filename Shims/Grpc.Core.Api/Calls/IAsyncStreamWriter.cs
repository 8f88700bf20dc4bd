namespace Grpc.Core;

/// <summary>Sends a stream of messages. One write at a time.</summary>
public interface IAsyncStreamWriter<in T>
{
    /// <summary>How the following messages are written; null for the call's own way.</summary>
    WriteOptions? WriteOptions { get; set; }

    /// <summary>Sends a message; completes when the next one may be written.</summary>
    Task WriteAsync(T message);

    /// <summary>Sends a message; a cancelled write cancels the call.</summary>
    /// <exception cref="NotSupportedException">The token can be cancelled, and the writer has only <see cref="WriteAsync(T)"/>.</exception>
    Task WriteAsync(T message, CancellationToken cancellationToken)
    {
        // Accepting a token that nothing heeds would be worse than refusing it.
        if (cancellationToken.CanBeCanceled)
            throw new NotSupportedException($"{GetType()} cannot cancel a write.");
        return WriteAsync(message);
    }
}
