namespace Orleans.Runtime;

/// <summary>
/// Runs the turns of one activation, never two at a time: continuations of its tasks first, then calls that are ready. It occupies a
/// thread of the pool only while it has work, and gives it back after a number of turns so that a busy grain does not starve others.
/// </summary>
internal abstract class ActivationScheduler : TaskScheduler, IThreadPoolWorkItem
{
    private const int TurnsPerSlice = 64;
    private const uint LocalSchedules = 128;
    private static readonly Action<object?> RunReady = static self => ((ActivationScheduler)self!).RunReadyMessages();

    [ThreadStatic]
    private static uint t_scheduled;

    private Task? _firstTask;
    private Queue<Task>? _moreTasks;
    private object? _readySlice;
    private bool _isScheduled;

    /// <summary>Guards the queues of this activation. Never held while code of the grain or of another activation runs.</summary>
    protected Lock Gate { get; } = new();

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Whether there are calls to start. Under <see cref="Gate"/>.</summary>
    protected abstract bool HasReadyMessages { get; }

    /// <summary>Starts calls that are ready; <see cref="TaskScheduler.Current"/> is this activation.</summary>
    protected abstract void RunReadyMessages();

    /// <summary>Runs <paramref name="action"/> as a turn, without the caller's execution context.</summary>
    public Task RunTurnAsync(Func<Task> action)
    {
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
            return Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();
    }

    /// <inheritdoc cref="RunTurnAsync"/>
    public void RunTurn(Action action)
    {
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
            _ = Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this);
    }

    /// <summary>To be called under <see cref="Gate"/> after work was added; true when <see cref="Schedule"/> must follow outside it.</summary>
    protected bool MustSchedule()
    {
        if (_isScheduled) return false;
        _isScheduled = true;
        return true;
    }

    protected void Schedule()
    {
        // A thread looks at the pool's common queue, where timers and the network wait, only when its own is empty. Calls that follow
        // each other without end would keep it full for ever, so that now and then one takes the way round through the common queue.
        var preferLocal = ++t_scheduled % LocalSchedules != 0;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal);
    }

    protected override void QueueTask(Task task)
    {
        bool schedule;
        lock (Gate)
        {
            if (_firstTask is null && _moreTasks is not { Count: > 0 }) _firstTask = task;
            else (_moreTasks ??= new Queue<Task>()).Enqueue(task);
            schedule = MustSchedule();
        }

        if (schedule) Schedule();
    }

    /// <summary>Inlining is right only on the thread that runs this activation's turn, and only for work that is not queued.</summary>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && (ReferenceEquals(task, _readySlice) || ReferenceEquals(Current, this)) && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (Gate)
        {
            List<Task> tasks = _firstTask is null ? [] : [_firstTask];
            if (_moreTasks is not null) tasks.AddRange(_moreTasks);
            return tasks;
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        for (var turn = 0; turn < TurnsPerSlice; turn++)
        {
            Task? task;
            lock (Gate)
            {
                task = DequeueTask();
                if (task is null && !HasReadyMessages)
                {
                    _isScheduled = false;
                    return;
                }
            }

            if (task is not null) TryExecuteTask(task);
            else RunReadySlice();
        }

        // Others first: the global queue, not the local one.
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>A task is what makes this the current scheduler, so that the continuations of the grain's awaits come back here.</summary>
    private void RunReadySlice()
    {
        var slice = new Task(RunReady, this, CancellationToken.None, TaskCreationOptions.DenyChildAttach);
        _readySlice = slice;
        slice.RunSynchronously(this);
        _readySlice = null;
    }

    private Task? DequeueTask()
    {
        if (_firstTask is { } task)
        {
            _firstTask = null;
            return task;
        }

        return _moreTasks is { Count: > 0 } queue ? queue.Dequeue() : null;
    }
}
