namespace Warren.Agent.Runtime.Containerd;

/// <summary>The input of an exec: its closing is told to the shim.</summary>
internal sealed class ExecInput(Stream pipe, Func<Task> closeAsync) : Stream
{
    private int _isClosed;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => Volatile.Read(ref _isClosed) == 0;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => pipe.Write(buffer, offset, count);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        pipe.WriteAsync(buffer, offset, count, cancellationToken);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        pipe.WriteAsync(buffer, cancellationToken);

    /// <summary>Does nothing: what is written is in the pipe.</summary>
    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) == 1) return;
        await pipe.DisposeAsync();
        await closeAsync();
        GC.SuppressFinalize(this);
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing || Interlocked.Exchange(ref _isClosed, 1) == 1) return;
        pipe.Dispose();
        // Nothing can be waited for here; a failure leaves the process without the end of its input until it is disposed of.
        _ = closeAsync().ContinueWith(static closing => closing.Exception, TaskContinuationOptions.OnlyOnFaulted);
        base.Dispose(disposing);
    }
}
