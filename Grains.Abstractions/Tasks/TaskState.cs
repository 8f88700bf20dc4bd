namespace Warren.Tasks;

/// <summary>
/// The observed state of a task. The order matters: a task only ever goes to a greater number, so that late and repeated reports are told
/// by comparing, and the gaps leave room for states in between. Readiness comes and goes, so it is no state but <see cref="TaskHealth"/>.
/// </summary>
[GenerateSerializer]
public enum TaskState
{
    /// <summary>Made by its service, not to be placed yet: a restart delay passes, or another task must end first.</summary>
    New = 0,

    /// <summary>Waits for a node.</summary>
    Pending = 10,

    /// <summary>A node has promised what it needs; counts as running there, whatever the agent has heard.</summary>
    Assigned = 20,

    /// <summary>The agent pulls its image and makes its volumes, files and network.</summary>
    Preparing = 30,

    /// <summary>The agent starts its process.</summary>
    Starting = 40,

    /// <summary>Its process runs; whether it takes traffic is its health's matter.</summary>
    Running = 50,

    /// <summary>It takes no traffic any more and is asked to end.</summary>
    Stopping = 60,

    /// <summary>Final: it ended by itself with exit code 0.</summary>
    Complete = 100,

    /// <summary>Final: it ended by itself with another code, ran out of memory, failed its liveness probe, or could not be started.</summary>
    Failed = 110,

    /// <summary>Final: the node would not run it at all: no such image, no such path, a port taken.</summary>
    Rejected = 120,

    /// <summary>Final: it ended because it was told to.</summary>
    Shutdown = 130,

    /// <summary>Final: its node was lost, and what became of it is unknown; a copy that shows up again is stopped.</summary>
    Orphaned = 140,
}
