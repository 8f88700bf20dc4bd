using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>
/// The activations of the process that have turns to run, those with calls in the foreground first. While there are some, one item of the pool stands for all of
/// them; so whatever else the pool is to do, sockets and timers and the code of libraries, waits for a moment and not for all that is queued here. While there are calls in the foreground the
/// background has half of the processors (<see cref="BackgroundShare"/>).
/// </summary>
internal sealed class TurnQueue : IThreadPoolWorkItem
{
    /// <summary>Then another activation has its chance: the foreground delays the background and does not stop it.</summary>
    private const int ForegroundInARow = 8;

    /// <summary>How long a thread goes on before it looks at what else there is to do.</summary>
    private static readonly long s_slice = Stopwatch.Frequency / 1000;

    private static readonly TimeSpan s_busyTime = TimeSpan.FromMilliseconds(50), s_patience = TimeSpan.FromMilliseconds(10);

    private static readonly Timer s_look = new(static _ => Instance!.Look(), null, Timeout.Infinite, Timeout.Infinite);

    private readonly ConcurrentQueue<ActivationScheduler> _foreground = new();
    private readonly ConcurrentQueue<ActivationScheduler> _background = new();
    private readonly BackgroundShare _share = new(Environment.ProcessorCount, Ticks(s_busyTime), Ticks(s_patience));
    private int _isQueued;
    private int _isLookDue;
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
        while (TryTake(out var activation, out var isBackground))
        {
            // Another thread takes the next one: this one may be kept by a turn that takes long, or never ends.
            if (!_foreground.IsEmpty || !_background.IsEmpty) QueueItem();
            activation.RunSlice();
            if (isBackground) _share.Leave();
            if (Stopwatch.GetTimestamp() - begin <= s_slice) continue;
            if (!_foreground.IsEmpty || !_background.IsEmpty) QueueItem();
            return;
        }
    }

    private bool TryTake([NotNullWhen(true)] out ActivationScheduler? activation, out bool isBackground)
    {
        isBackground = false;
        if (Interlocked.Increment(ref _taken) % (ForegroundInARow + 1) != 0 && TryTakeForeground(out activation)) return true;
        return (isBackground = TryTakeBackground(out activation)) || TryTakeForeground(out activation);
    }

    private bool TryTakeForeground([NotNullWhen(true)] out ActivationScheduler? activation)
    {
        if (!_foreground.TryDequeue(out activation)) return false;
        _share.Yield(Stopwatch.GetTimestamp());
        return true;
    }

    private bool TryTakeBackground([NotNullWhen(true)] out ActivationScheduler? activation)
    {
        activation = null;
        if (_background.IsEmpty) return false;
        if (!_share.TryEnter(Stopwatch.GetTimestamp()))
        {
            // The threads that are inside look again after each activation, unless they are kept by one.
            if (Interlocked.Exchange(ref _isLookDue, 1) == 0) s_look.Change(s_patience, Timeout.InfiniteTimeSpan);
            return false;
        }

        if (_background.TryDequeue(out activation)) return true;
        _share.Leave();
        return false;
    }

    private void Look()
    {
        Volatile.Write(ref _isLookDue, 0);
        if (!_foreground.IsEmpty || !_background.IsEmpty) QueueItem();
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    private void QueueItem()
    {
        if (Volatile.Read(ref _isQueued) == 0 && Interlocked.Exchange(ref _isQueued, 1) == 0) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }
}
