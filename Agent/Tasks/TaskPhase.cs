namespace Warren.Agent.Tasks;

/// <summary>How far the agent is with a task's container.</summary>
internal enum TaskPhase
{
    /// <summary>It has not looked yet.</summary>
    Unknown = 0,

    /// <summary>There is none.</summary>
    Absent = 1,

    /// <summary>It runs.</summary>
    Running = 2,

    /// <summary>It has ended, or could not be made, and that was told.</summary>
    Ended = 3,

    /// <summary>Nothing of it is left, and that was told.</summary>
    Removed = 4,
}
