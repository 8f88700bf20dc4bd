namespace Warren.Grains.Scheduling.Filters;

/// <summary>There is an image for the node's platform, as far as that is known.</summary>
internal sealed class PlatformFilter : IPlacementFilter
{
    public Refusal Check(TaskGroup group, WorkingNode node) =>
        group.Platforms?[node.Platform] ?? true ? Refusal.None : new(RefusalKind.Platform, RefusalText.Platforms(node.Record.Description.Platform, group.Requirements.Platforms));
}
