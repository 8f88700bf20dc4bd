using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Threading.Channels;

namespace Warren.Silo.Stores;

/// <summary>
/// What waits for a loop. When it is full, callers wait for room; when too many wait, the next is refused. Work whose caller has left
/// is dropped.
/// </summary>
internal sealed class WorkQueue<TWork, TResult>(string store, StoreOptions options)
    where TWork : PendingWork<TResult>
{
    private readonly Channel<TWork> _channel = Channel.CreateBounded<TWork>(new BoundedChannelOptions(options.QueueCapacity));
    private int _pending;

    /// <summary>How much is queued or waits for room.</summary>
    public int Pending => Volatile.Read(ref _pending);

    /// <summary>Queues the work and waits until it is done. Leaving is possible until the loop has taken it on.</summary>
    public async Task<TResult> SubmitAsync(TWork work, CancellationToken cancellationToken)
    {
        try
        {
            if (Interlocked.Increment(ref _pending) > options.MaxPending)
            {
                var limit = options.MaxPending.ToString(CultureInfo.InvariantCulture);
                throw new StoreFailure(StoreFault.Overloaded, $"{limit} calls wait already").ToException(store);
            }

            await _channel.Writer.WriteAsync(work, cancellationToken);
            await using var leaving = cancellationToken.UnsafeRegister(
                static (state, token) => ((TWork)state!).TryLeave(token), work);
            return await work.Done;
        }
        catch (ChannelClosedException)
        {
            throw new StoreFailure(StoreFault.Closed, "no more calls are taken").ToException(store);
        }
        finally
        {
            Interlocked.Decrement(ref _pending);
        }
    }

    /// <summary>Waits until there is something; false when there is nothing and nothing will come.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken = default) => _channel.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes the next work whose caller still waits.</summary>
    public bool TryTake([NotNullWhen(true)] out TWork? work)
    {
        while (_channel.Reader.TryRead(out work))
        {
            if (work.TryTake()) return true;
        }

        return false;
    }

    /// <summary>Takes the next work out of the queue, to wait elsewhere: its caller may still leave.</summary>
    public bool TryRead([NotNullWhen(true)] out TWork? work) => _channel.Reader.TryRead(out work);

    /// <summary>Takes no more; what is queued is still to be done.</summary>
    public void Complete() => _channel.Writer.TryComplete();
}
