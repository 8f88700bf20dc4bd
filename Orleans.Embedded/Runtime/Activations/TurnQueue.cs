using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>
/// The activations of the process that have turns to run, those with calls in the foreground first. While there are some, one item of the pool stands for all of
/// them; so whatever else the pool is to do, sockets and timers and the code of libraries, waits for a moment and not for all that is queued here.
/// </summary>
internal sealed class TurnQueue : IThreadPoolWorkItem
{
    /// <summary>Then another activation has its chance: the foreground delays the background and does not stop it.</summary>
    private const int ForegroundInARow = 8;

    /// <summary>How long a thread goes on before it looks at what else there is to do.</summary>
    private static readonly long s_slice = Stopwatch.Frequency / 1000;

    private readonly ConcurrentQueue<ActivationScheduler> _foreground = new();
    private readonly ConcurrentQueue<ActivationScheduler> _background = new();
    private int _isQueued;
    private uint _taken;

    private TurnQueue()
    {
    }

    public static TurnQueue Instance { get; } = new();

    /// <summary>Whether an activation with a call in the foreground waits for a thread.</summary>
    public bool IsForegroundWaiting => !_foreground.IsEmpty;

    public void Add(ActivationScheduler activation, bool isForeground)
    {
        (isForeground ? _foreground : _background).Enqueue(activation);
        QueueItem();
    }

    void IThreadPoolWorkItem.Execute()
    {
        Volatile.Write(ref _isQueued, 0);
        var begin = Stopwatch.GetTimestamp();
        while (TryTake(out var activation))
        {
            // Another thread takes the next one: this one may be kept by a turn that takes long, or never ends.
            if (!_foreground.IsEmpty || !_background.IsEmpty) QueueItem();
            activation.RunSlice();
            if (Stopwatch.GetTimestamp() - begin <= s_slice) continue;
            if (!_foreground.IsEmpty || !_background.IsEmpty) QueueItem();
            return;
        }
    }

    private bool TryTake([NotNullWhen(true)] out ActivationScheduler? activation) => Interlocked.Increment(ref _taken) % (ForegroundInARow + 1) == 0
        ? _background.TryDequeue(out activation) || _foreground.TryDequeue(out activation)
        : _foreground.TryDequeue(out activation) || _background.TryDequeue(out activation);

    private void QueueItem()
    {
        if (Volatile.Read(ref _isQueued) == 0 && Interlocked.Exchange(ref _isQueued, 1) == 0) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
