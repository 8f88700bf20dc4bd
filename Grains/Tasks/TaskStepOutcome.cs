namespace Warren.Grains.Tasks;

/// <summary>What an input did to a task.</summary>
internal enum TaskStepOutcome
{
    /// <summary>It is in a further state.</summary>
    Advanced,

    /// <summary>It is in the same state, with other details: health, addresses, a reason.</summary>
    Refreshed,

    /// <summary>Nothing: all of it was known.</summary>
    Known,

    /// <summary>Nothing: the input is older than what is known.</summary>
    Late,

    /// <summary>Nothing: the task has ended, and its copy on the node must be stopped.</summary>
    Superseded,

    /// <summary>Nothing: whoever says it has no right to.</summary>
    Refused,
}
