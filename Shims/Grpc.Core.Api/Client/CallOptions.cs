namespace Grpc.Core;

/// <summary>What one call is made with. Immutable: each <c>With</c> method returns a changed copy.</summary>
public struct CallOptions
{
    /// <param name="headers">Request headers.</param>
    /// <param name="deadline">When the call ends with <see cref="StatusCode.DeadlineExceeded"/>; UTC. Null for never.</param>
    /// <param name="cancellationToken">Cancels the call on both sides.</param>
    /// <param name="writeOptions">How requests are written.</param>
    /// <param name="propagationToken">From the call being served; <c>Grpc.Net.Client</c> does not heed it.</param>
    /// <param name="credentials">What proves the caller, for this call only.</param>
#pragma warning disable CA1068 // The order is that of the package: generated code and callers pass the arguments by position.
    public CallOptions(
        Metadata? headers = null,
        DateTime? deadline = null,
        CancellationToken cancellationToken = default,
        WriteOptions? writeOptions = null,
        ContextPropagationToken? propagationToken = null,
        CallCredentials? credentials = null)
#pragma warning restore CA1068
    {
        Headers = headers;
        Deadline = deadline;
        CancellationToken = cancellationToken;
        WriteOptions = writeOptions;
        PropagationToken = propagationToken;
        Credentials = credentials;
    }

    /// <summary>Request headers.</summary>
    public Metadata? Headers { get; private set; }

    /// <summary>When the call ends with <see cref="StatusCode.DeadlineExceeded"/>; UTC. Null for never.</summary>
    public DateTime? Deadline { get; private set; }

    /// <summary>Cancels the call on both sides.</summary>
    public CancellationToken CancellationToken { get; private set; }

    /// <summary>How requests are written.</summary>
    public WriteOptions? WriteOptions { get; private set; }

    /// <summary>From the call being served; <c>Grpc.Net.Client</c> does not heed it.</summary>
    public ContextPropagationToken? PropagationToken { get; }

    /// <summary>What proves the caller, for this call only.</summary>
    public CallCredentials? Credentials { get; private set; }

    /// <summary>The call waits for a connection instead of failing while there is none.</summary>
    public bool IsWaitForReady { get; private set; }

    /// <summary>A copy with these headers.</summary>
    public readonly CallOptions WithHeaders(Metadata headers) => this with { Headers = headers };

    /// <summary>A copy with this deadline, UTC.</summary>
    public readonly CallOptions WithDeadline(DateTime deadline) => this with { Deadline = deadline };

    /// <summary>A copy with this token.</summary>
    public readonly CallOptions WithCancellationToken(CancellationToken cancellationToken) =>
        this with { CancellationToken = cancellationToken };

    /// <summary>A copy with these write options.</summary>
    public readonly CallOptions WithWriteOptions(WriteOptions writeOptions) => this with { WriteOptions = writeOptions };

    /// <summary>A copy with these credentials.</summary>
    public readonly CallOptions WithCredentials(CallCredentials credentials) => this with { Credentials = credentials };

    /// <summary>A copy that waits, or does not wait, for a connection.</summary>
    public readonly CallOptions WithWaitForReady(bool waitForReady = true) => this with { IsWaitForReady = waitForReady };
}
