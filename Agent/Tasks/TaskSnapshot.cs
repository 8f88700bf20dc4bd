using Warren.Tasks;

namespace Warren.Agent.Tasks;

/// <summary>All that decides what the agent does next about a task.</summary>
/// <param name="Desired">What the managers want of it.</param>
/// <param name="Phase">How far the agent is.</param>
/// <param name="HasTemplate">Whether all is known that the container is made from, its secrets too, and it may be made.</param>
/// <param name="HasExited">Whether the container's process has ended, and nobody was told yet.</param>
/// <param name="IsUnhealthy">Whether the liveness probe has failed.</param>
/// <param name="IsDoubtful">Whether something says that the container may be other than is thought.</param>
/// <param name="IsRestartDue">Whether it has ended and this node, which is alone, starts it again.</param>
/// <param name="HasOtherFiles">Whether files are to be replaced in it while it runs.</param>
internal readonly record struct TaskSnapshot(
    DesiredState Desired, TaskPhase Phase, bool HasTemplate, bool HasExited, bool IsUnhealthy, bool IsDoubtful, bool IsRestartDue, bool HasOtherFiles = false);
