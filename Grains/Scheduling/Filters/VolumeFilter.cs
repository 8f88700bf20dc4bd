namespace Warren.Grains.Scheduling.Filters;

/// <summary>The task's volumes are on the node, or can be.</summary>
internal sealed class VolumeFilter : IPlacementFilter
{
    public Refusal Check(TaskGroup group, WorkingNode node)
    {
        foreach (var (volume, place) in group.Volumes)
        {
            if (place != node.Index) return new(RefusalKind.Volume, volume);
        }

        return Refusal.None;
    }
}
