using System.Collections.Immutable;
using Warren.Agent.Runtime;

namespace Warren.Agent.Strays;

/// <summary>
/// What becomes of the containers in the agent's namespace that no agent made. Each of them is in exactly one of <see cref="Wait"/> and
/// <see cref="Remove"/>; those that an agent made are in neither, since what becomes of them is for the managers to say.
/// </summary>
internal sealed record StrayPlan
{
    private const string Reason = "nobody ordered it";

    /// <summary>They are left alone for now.</summary>
    public required ImmutableArray<StrayEntry> Wait { get; init; }

    /// <summary>They are stopped and removed.</summary>
    public required ImmutableArray<StrayEntry> Remove { get; init; }

    /// <summary>Strays and since when they are known, for the next snapshot.</summary>
    public required ImmutableDictionary<ContainerId, DateTimeOffset> StraySince { get; init; }

    /// <summary>When to look again because a grace period ends; null if none runs.</summary>
    public DateTimeOffset? LookAgainAt { get; init; }

    /// <summary>Decides. Equal snapshots give equal plans, whatever the order of their containers.</summary>
    public static StrayPlan Compute(StraySnapshot snapshot)
    {
        var wait = ImmutableArray.CreateBuilder<StrayEntry>();
        var remove = ImmutableArray.CreateBuilder<StrayEntry>();
        var since = ImmutableDictionary.CreateBuilder<ContainerId, DateTimeOffset>();
        var strays = snapshot.Containers.Where(container => !container.OwnerLabels.ContainsKey(OwnerLabels.SpecHash)).Select(container => container.Id);
        foreach (var stray in strays.OrderBy(stray => stray.Value, StringComparer.Ordinal))
        {
            // A clock that was set back must not lengthen the grace period by more than itself.
            var found = snapshot.StraySince.TryGetValue(stray, out var earlier) && earlier <= snapshot.Now ? earlier : snapshot.Now;
            if (snapshot.Now - found >= snapshot.GracePeriod)
            {
                remove.Add(new(stray, Reason));
                continue;
            }

            since[stray] = found;
            wait.Add(new(stray, Reason));
        }

        return new()
        {
            Wait = wait.ToImmutable(),
            Remove = remove.ToImmutable(),
            StraySince = since.ToImmutable(),
            LookAgainAt = since.Count == 0 ? null : since.Values.Min() + snapshot.GracePeriod,
        };
    }
}
