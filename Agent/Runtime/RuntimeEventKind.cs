namespace Warren.Agent.Runtime;

/// <summary>What happened to a container.</summary>
public enum RuntimeEventKind
{
    /// <summary>
    /// The first event of every subscription, and again after the connection to the runtime was lost and is back: events may have been
    /// missed, so list everything.
    /// </summary>
    Resync = 0,

    /// <summary>Its first process runs.</summary>
    Started = 1,

    /// <summary>Its first process has ended.</summary>
    Exited = 2,

    /// <summary>The kernel killed one of its processes since the memory limit was reached; an exit need not follow.</summary>
    OutOfMemory = 3,

    /// <summary>It was removed, by the agent or by someone else.</summary>
    Removed = 4,
}
