namespace Grpc.Core;

/// <summary>A call ended with a status other than OK; a service method throws it to end its call that way.</summary>
public class RpcException : Exception
{
    /// <param name="status">How the call ended.</param>
    public RpcException(Status status) : this(status, Metadata.Empty)
    {
    }

    /// <param name="status">How the call ended.</param>
    /// <param name="message">The exception's own text instead of the status.</param>
    public RpcException(Status status, string message) : this(status, Metadata.Empty, message)
    {
    }

    /// <param name="status">How the call ended.</param>
    /// <param name="trailers">The trailers of the response.</param>
    public RpcException(Status status, Metadata trailers) : this(status, trailers, status.ToString())
    {
    }

    /// <param name="status">How the call ended.</param>
    /// <param name="trailers">The trailers of the response.</param>
    /// <param name="message">The exception's own text instead of the status.</param>
    public RpcException(Status status, Metadata trailers, string message) : base(message, status.DebugException)
    {
        ArgumentNullException.ThrowIfNull(trailers);
        Status = status;
        Trailers = trailers;
    }

    /// <summary>How the call ended.</summary>
    public Status Status { get; }

    /// <summary>The code of <see cref="Status"/>.</summary>
    public StatusCode StatusCode => Status.StatusCode;

    /// <summary>The trailers of the response; empty when there were none.</summary>
    public Metadata Trailers { get; }
}
