namespace Orleans.Runtime;

/// <summary>
/// Runs the turns of one activation, never two at a time: continuations of its tasks first, then calls that are ready. It occupies a
/// thread of the pool only while it has work, and gives it back after a number of turns so that a busy grain does not starve others.
/// </summary>
internal abstract class ActivationScheduler : TaskScheduler
{
    private const int TurnsPerSlice = 64;
    private static readonly Action<object?> RunReady = static self => ((ActivationScheduler)self!).RunReadyMessages();

    private Task? _firstTask;
    private Queue<Task>? _moreTasks;
    private object? _readySlice;
    private Lane _lane;
    private bool _isRunning;

    /// <summary>Where the turns of an activation wait for a thread.</summary>
    protected enum Lane
    {
        None,
        Background,
        Foreground,
    }

    /// <summary>Guards the queues of this activation. Never held while code of the grain or of another activation runs.</summary>
    protected Lock Gate { get; } = new();

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Whether there are calls to start. Under <see cref="Gate"/>.</summary>
    protected abstract bool HasReadyMessages { get; }

    /// <summary>Whether somebody waits for what this does. Under <see cref="Gate"/>.</summary>
    protected abstract bool IsForeground { get; }

    /// <summary>Whether somebody waits for what this does.</summary>
    public bool IsUrgent
    {
        get
        {
            lock (Gate)
                return IsForeground;
        }
    }

    /// <summary>Whether a turn runs, or waits for a thread. Under <see cref="Gate"/>.</summary>
    protected bool HasTurns => _isRunning || HasTasks || HasReadyMessages;

    private bool HasTasks => _firstTask is not null || _moreTasks is { Count: > 0 };

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

    /// <summary>To be called under <see cref="Gate"/> after work was added; <see cref="Schedule"/> must follow with the result, outside it.</summary>
    protected Lane MustSchedule() => _isRunning || (_lane != Lane.None && (_lane == Lane.Foreground || !IsForeground)) ? Lane.None : Choose();

    /// <summary>As <see cref="MustSchedule"/>, where no work was added and what there is may have become urgent.</summary>
    protected Lane MayHasten() => _lane == Lane.Background ? MustSchedule() : Lane.None;

    protected void Schedule(Lane lane)
    {
        if (lane != Lane.None) TurnQueue.Instance.Add(this, lane == Lane.Foreground);
    }

    protected override void QueueTask(Task task)
    {
        Lane lane;
        lock (Gate)
        {
            if (!HasTasks) _firstTask = task;
            else (_moreTasks ??= new Queue<Task>()).Enqueue(task);
            lane = MustSchedule();
        }

        Schedule(lane);
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

    /// <summary>Runs turns. An activation whose work became urgent stands in both queues; the one that comes second finds it running, or without work.</summary>
    public void RunSlice()
    {
        lock (Gate)
        {
            if (_isRunning || _lane == Lane.None) return;
            (_isRunning, _lane) = (true, Lane.None);
        }

        Lane lane;
        for (var turn = 1; ; turn++)
        {
            Task? task;
            lock (Gate)
            {
                task = DequeueTask();
                if (task is null && !HasReadyMessages)
                {
                    _isRunning = false;
                    return;
                }
            }

            if (task is not null) TryExecuteTask(task);
            else RunReadySlice();
            if (turn < TurnsPerSlice && !TurnQueue.Instance.IsForegroundWaiting) continue;
            lock (Gate)
            {
                _isRunning = false;
                lane = HasReadyMessages || HasTasks ? Choose() : Lane.None;
            }

            break;
        }

        Schedule(lane);
    }

    private Lane Choose() => _lane = IsForeground ? Lane.Foreground : Lane.Background;

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
