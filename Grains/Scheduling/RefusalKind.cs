namespace Warren.Grains.Scheduling;

/// <summary>Why a node cannot take a task, in the order in which it is asked: the later, the nearer to suitable it is.</summary>
internal enum RefusalKind
{
    /// <summary>It can.</summary>
    None,

    /// <summary>It is not in the cluster.</summary>
    Unknown,

    /// <summary>It is lost.</summary>
    Lost,

    /// <summary>It is unreachable.</summary>
    Unreachable,

    /// <summary>It is drained.</summary>
    Drained,

    /// <summary>It is cordoned.</summary>
    Cordoned,

    /// <summary>There is no image for its platform.</summary>
    Platform,

    /// <summary>It does not meet a constraint.</summary>
    Constraint,

    /// <summary>It lacks processor time and memory.</summary>
    CpuAndMemory,

    /// <summary>It lacks processor time.</summary>
    Cpu,

    /// <summary>It lacks memory.</summary>
    Memory,

    /// <summary>A port is taken.</summary>
    HostPort,

    /// <summary>A volume is elsewhere.</summary>
    Volume,

    /// <summary>It has as many tasks of the service as it may.</summary>
    MaxPerNode,
}
