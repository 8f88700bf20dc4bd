namespace Orleans.Runtime.Networking;

/// <summary>
/// Sends what senders append, a batch at a time: whatever gathered while one batch was on its way is the next. At most one write is
/// under way, and only while there is something to send.
/// </summary>
/// <param name="stream">Where batches go.</param>
/// <param name="gate">The connection's gate; methods that end in Locked are called with it held, all others without.</param>
/// <param name="limit">Bytes that may wait.</param>
/// <param name="owner">Told when a write fails, and when there is nothing left to send.</param>
internal sealed class ConnectionWriter(Stream stream, Lock gate, int limit, IConnectionWriterOwner owner) : IThreadPoolWorkItem
{
    /// <summary>The writer whose connection this thread is reading from. What the reader's handlers send goes out when the batch they read is done.</summary>
    [ThreadStatic]
    private static ConnectionWriter? s_corked;

    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly OutboundBuffer _buffer = new(limit);
    private bool _active;
    private bool _closed;
    private bool _startAtUncork;

    /// <summary>Ends when the writer was closed and no write is under way.</summary>
    public Task Stopped => _stopped.Task;

    public int PendingLocked => _buffer.Pending;

    /// <summary>Whether all that was appended has been written.</summary>
    public bool IsIdleLocked => !_active && _buffer.IsEmpty;

    public bool HasRoomForLocked(int count, int reserve = 0) => _buffer.HasRoomFor(count, reserve);

    /// <returns>Whether the caller must call <see cref="Start"/> once it has let go of the gate.</returns>
    public bool AppendLocked(ReadOnlySpan<byte> frame)
    {
        if (_closed) return false;
        _buffer.Append(frame);
        if (_active) return false;
        return _active = true;
    }

    /// <summary>Begins to write.</summary>
    /// <param name="inline">
    /// On this thread, which spares a change of threads and is best when little is going on. Otherwise on the pool, where
    /// more gathers before the write.
    /// </param>
    public void Start(bool inline)
    {
        if (s_corked == this) _startAtUncork = true;
        else if (inline) _ = WriteAsync(1);
        else ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    public void Cork() => s_corked = this;

    public void Uncork()
    {
        s_corked = null;
        if (!_startAtUncork) return;
        _startAtUncork = false;
        _ = WriteAsync(1);
    }

    public void CloseLocked()
    {
        if (_closed) return;
        _closed = true;
        if (!_active) StopLocked();
    }

    void IThreadPoolWorkItem.Execute() => _ = WriteAsync(int.MaxValue);

    /// <summary>Writes at most <paramref name="batches"/> batches here, and the rest on the pool.</summary>
    private async Task WriteAsync(int batches)
    {
        try
        {
            while (true)
            {
                ReadOnlyMemory<byte> batch;
                lock (gate)
                {
                    _buffer.Sent();
                    if (_closed || _buffer.IsEmpty)
                    {
                        _active = false;
                        if (_closed) StopLocked();
                        break;
                    }

                    if (batches-- == 0)
                    {
                        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                        return;
                    }

                    batch = _buffer.Take();
                }

                // Away from the scheduler of the grain whose turn started this.
                await stream.WriteAsync(batch).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            lock (gate)
            {
                _closed = true;
                _active = false;
                StopLocked();
            }

            owner.OnWriteFailed(exception);
            return;
        }

        owner.OnWriterIdle();
    }

    private void StopLocked()
    {
        _buffer.Release();
        _stopped.TrySetResult();
    }
}
