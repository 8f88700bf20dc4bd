using Warren.Tasks;

namespace Warren.Grains.Tests.Simulation;

/// <summary>A container of a task on a simulated node.</summary>
internal sealed class SimulatedCopy(TaskId id, long version)
{
    public TaskId Id { get; } = id;

    public long Version { get; } = version;

    public TaskState State { get; set; } = TaskState.Preparing;

    public TaskHealth Health { get; set; } = TaskHealth.Starting;

    public int? ExitCode { get; set; }

    /// <summary>Whether its process is there.</summary>
    public bool IsRunning => HasStarted && !State.IsFinal;

    public bool HasStarted { get; set; }
}
