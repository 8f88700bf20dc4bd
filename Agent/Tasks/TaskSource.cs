using Warren.Nodes;

namespace Warren.Agent.Tasks;

/// <summary>What a task's container is made from, as far as it is known.</summary>
/// <param name="Template">Null: nothing is known yet.</param>
/// <param name="HasAll">
/// False after a restart of the agent, until a manager was heard and the contents of secrets are there: enough to take a container over, not to make one.
/// </param>
/// <param name="Files">What has the present contents of the files that are replaced in place. Default (null): the template itself.</param>
internal readonly record struct TaskSource(TaskTemplate? Template, bool HasAll, TaskTemplate? Files = null)
{
    /// <summary>Nothing is known.</summary>
    public static TaskSource Unknown => default;
}
