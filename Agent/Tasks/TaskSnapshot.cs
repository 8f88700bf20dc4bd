using Warren.Tasks;

namespace Warren.Agent.Tasks;

/// <summary>All that decides what the agent does next about a task.</summary>
/// <param name="Desired">What the managers want of it.</param>
/// <param name="Phase">How far the agent is.</param>
/// <param name="HasTemplate">Whether it is known what the container is made from.</param>
/// <param name="HasExited">Whether the container's process has ended, and nobody was told yet.</param>
/// <param name="IsUnhealthy">Whether the liveness probe has failed.</param>
internal readonly record struct TaskSnapshot(DesiredState Desired, TaskPhase Phase, bool HasTemplate, bool HasExited, bool IsUnhealthy);
