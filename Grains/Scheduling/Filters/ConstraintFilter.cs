namespace Warren.Grains.Scheduling.Filters;

/// <summary>The node meets all constraints.</summary>
internal sealed class ConstraintFilter : IPlacementFilter
{
    public Refusal Check(TaskGroup group, WorkingNode node)
    {
        foreach (var (text, isMet) in group.Constraints)
        {
            if (!isMet[node.Index]) return new(RefusalKind.Constraint, text);
        }

        return Refusal.None;
    }
}
