namespace Warren.Agent.Runtime.Containerd;

/// <summary>What is the case with a container, from all that can be seen of it.</summary>
internal enum ContainerFinding
{
    /// <summary>It has never run.</summary>
    Created,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>It has ended, and that is not recorded yet; its shim knows how.</summary>
    Ended,

    /// <summary>It ran, and nothing knows how it ended: machine or shim went down. Processes of it may still be there.</summary>
    Lost,

    /// <summary>Its end is recorded, and the task was not deleted yet.</summary>
    ExitedWithTask,

    /// <summary>Its end is recorded.</summary>
    Exited,
}
