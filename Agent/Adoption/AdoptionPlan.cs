using System.Collections.Immutable;
using Warren.Agent.Runtime;

namespace Warren.Agent.Adoption;

/// <summary>What becomes of the containers that an agent finds. Each container is in exactly one of <see cref="Adopt"/>, <see cref="Wait"/> and <see cref="Remove"/>.</summary>
internal sealed record AdoptionPlan
{
    /// <summary>They are the agent's own: neither restarted nor forgotten; one that has ended is reported.</summary>
    public required ImmutableArray<ContainerStatus> Adopt { get; init; }

    /// <summary>Strays that are left alone for now.</summary>
    public required ImmutableArray<AdoptionEntry> Wait { get; init; }

    /// <summary>They are stopped and removed.</summary>
    public required ImmutableArray<AdoptionEntry> Remove { get; init; }

    /// <summary>Ordered containers that do not exist: the agent makes them.</summary>
    public required ImmutableArray<ContainerId> Missing { get; init; }

    /// <summary>Strays and since when they are known, for the next snapshot.</summary>
    public required ImmutableDictionary<ContainerId, DateTimeOffset> StraySince { get; init; }

    /// <summary>When to look again because a grace period ends; null if none runs.</summary>
    public DateTimeOffset? LookAgainAt { get; init; }

    /// <summary>Decides. Equal snapshots give equal plans, whatever the order of their containers.</summary>
    public static AdoptionPlan Compute(AdoptionSnapshot snapshot)
    {
        var adopt = ImmutableArray.CreateBuilder<ContainerStatus>();
        var wait = ImmutableArray.CreateBuilder<AdoptionEntry>();
        var remove = ImmutableArray.CreateBuilder<AdoptionEntry>();
        var since = ImmutableDictionary.CreateBuilder<ContainerId, DateTimeOffset>();
        foreach (var container in snapshot.Containers.OrderBy(container => container.Id.Value, StringComparer.Ordinal))
        {
            switch (Classify(container, snapshot.Ordered))
            {
                case Kinship.Own:
                    adopt.Add(container);
                    break;
                case Kinship.OtherOrder:
                    remove.Add(new(container.Id, "it was made from another order"));
                    break;
                default:
                    // A clock that was set back must not lengthen the grace period by more than itself.
                    var found = snapshot.StraySince.TryGetValue(container.Id, out var earlier) && earlier <= snapshot.Now ? earlier : snapshot.Now;
                    if (snapshot.Now - found >= snapshot.GracePeriod)
                    {
                        remove.Add(new(container.Id, "nobody ordered it"));
                        break;
                    }
                    since[container.Id] = found;
                    wait.Add(new(container.Id, "nobody ordered it"));
                    break;
            }
        }

        var present = snapshot.Containers.Select(container => container.Id).ToHashSet();
        return new()
        {
            Adopt = adopt.ToImmutable(),
            Wait = wait.ToImmutable(),
            Remove = remove.ToImmutable(),
            Missing = [.. (snapshot.Ordered?.Keys ?? []).Where(id => !present.Contains(id)).OrderBy(id => id.Value, StringComparer.Ordinal)],
            StraySince = since.ToImmutable(),
            LookAgainAt = since.Count == 0 ? null : since.Values.Min() + snapshot.GracePeriod,
        };
    }

    private static Kinship Classify(ContainerStatus container, ImmutableDictionary<ContainerId, string>? ordered)
    {
        var hash = container.OwnerLabels.GetValueOrDefault(OwnerLabels.SpecHash);
        if (hash is null)
            return Kinship.Stray;
        if (ordered is null)
            return Kinship.Own;
        if (!ordered.TryGetValue(container.Id, out var wanted))
            return Kinship.Stray;
        return wanted == hash ? Kinship.Own : Kinship.OtherOrder;
    }

    private enum Kinship
    {
        Own,
        OtherOrder,
        Stray,
    }
}
