namespace Warren.Grains.Scheduling.Filters;

/// <summary>One thing that a node must meet. It explains itself by the refusal that it returns.</summary>
internal interface IPlacementFilter
{
    /// <returns><see cref="Refusal.None"/> if the node meets it.</returns>
    Refusal Check(TaskGroup group, WorkingNode node);
}
