namespace Warren.Grains.Scheduling.Filters;

/// <summary>The ports that the task wants of the node are not another one's.</summary>
internal sealed class HostPortFilter : IPlacementFilter
{
    public Refusal Check(TaskGroup group, WorkingNode node)
    {
        var ports = group.Requirements.HostPorts;
        return !ports.IsEmpty && node.FirstTaken(ports.AsSpan()) is { } taken ? new(RefusalKind.HostPort, taken.ToString()) : Refusal.None;
    }
}
