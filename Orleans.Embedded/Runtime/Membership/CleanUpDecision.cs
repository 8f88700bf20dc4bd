namespace Orleans.Runtime.Membership;

/// <summary>When rows of dead silos go: when they are too old, or too many.</summary>
internal static class CleanUpDecision
{
    public static TableStep? Step(MembershipSnapshot snapshot, MembershipSettings settings)
    {
        var options = settings.Options;
        var sinceLast = snapshot.Now - snapshot.Table.LastCleanUpAt;
        if (sinceLast < MembershipSettings.CleanUpsApart || !TableDecision.IsFirstActive(snapshot)) return null;

        var ages = snapshot.Members.Where(member => member.Status == SiloStatus.Dead).Select(member => member.SignAge).Order().ToArray();
        if (options.DefunctSiloCleanupPeriod <= sinceLast && ages.Any(age => age > options.DefunctSiloExpiration))
        {
            return new TableStep.CleanUp(
                options.DefunctSiloExpiration,
                $"{ages.Count(age => age > options.DefunctSiloExpiration)} dead silos gave their last sign of life over {options.DefunctSiloExpiration} ago");
        }

        if (options.MaxDefunctSiloEntries is not { } max || ages.Length <= max) return null;
        var youngestKept = max == 0 ? TimeSpan.Zero : ages[max - 1];
        return ages[^1] > youngestKept
            ? new TableStep.CleanUp(youngestKept, $"the table names {ages.Length} dead silos, and is to keep {max}")
            : null;
    }
}
