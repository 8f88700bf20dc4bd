namespace Warren.Grains.Tasks;

/// <summary>Who may say that a task is in another state.</summary>
internal enum TaskActor
{
    /// <summary>The task's service.</summary>
    Service,

    /// <summary>The scheduler, once the node has admitted the task.</summary>
    Scheduler,

    /// <summary>The agent of the task's node.</summary>
    Agent,
}
