namespace Warren.Agent.Tasks;

/// <summary>What the agent does next about a task.</summary>
internal enum TaskStep
{
    /// <summary>Nothing, until something happens.</summary>
    Nothing = 0,

    /// <summary>It finds out whether there is a container.</summary>
    Look = 1,

    /// <summary>It gets the container running; one that runs is taken over.</summary>
    Start = 2,

    /// <summary>It tells that the container has ended.</summary>
    TellEnd = 3,

    /// <summary>It asks the container to end, and kills it after its grace period.</summary>
    Stop = 4,

    /// <summary>It tells that the task ended before it began.</summary>
    TellNeverStarted = 5,

    /// <summary>It removes all of the container, and tells it.</summary>
    Remove = 6,

    /// <summary>It clears the ended container away, to start the task again by itself.</summary>
    Restart = 7,

    /// <summary>It replaces files of the running container, and signals its process if it is to hear of it.</summary>
    ReplaceFiles = 8,
}
