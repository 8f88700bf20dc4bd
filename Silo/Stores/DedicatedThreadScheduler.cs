namespace Warren.Silo.Stores;

/// <summary>Runs its tasks one after another, in their order, on a thread of its own, which may block.</summary>
internal sealed class DedicatedThreadScheduler : TaskScheduler
{
    private readonly Queue<Task> _tasks = [];
    private bool _isComplete;

    public DedicatedThreadScheduler(string name) => new Thread(Run) { Name = name, IsBackground = true }.Start();

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Ends the thread once the queued tasks have run. No task may be queued after this.</summary>
    public void Complete()
    {
        lock (_tasks)
        {
            _isComplete = true;
            Monitor.Pulse(_tasks);
        }
    }

    protected override void QueueTask(Task task)
    {
        lock (_tasks)
        {
            ObjectDisposedException.ThrowIf(_isComplete, this);
            _tasks.Enqueue(task);
            Monitor.Pulse(_tasks);
        }
    }

    // Never inline: a task runs when those before it have run.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_tasks)
            return [.. _tasks];
    }

    private void Run()
    {
        while (Next() is { } task)
            TryExecuteTask(task);
    }

    private Task? Next()
    {
        lock (_tasks)
        {
            while (_tasks.Count == 0)
            {
                if (_isComplete) return null;
                Monitor.Wait(_tasks);
            }

            return _tasks.Dequeue();
        }
    }
}
