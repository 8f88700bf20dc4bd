using System.Collections.Immutable;
using Orleans.Runtime.Placement;

namespace Orleans.Runtime;

/// <summary>
/// Which former owners may still have an activation of a grain. Immutable and pure: a ring that was replaced is remembered until every
/// silo of it that lives has said that it let go of what moved.
/// </summary>
internal sealed record HandoffTracker(SiloAddress Self)
{
    private ImmutableList<PastRing> Past { get; init; } = [];

    private ImmutableDictionary<SiloAddress, long> Released { get; init; } = ImmutableDictionary<SiloAddress, long>.Empty;

    private ImmutableHashSet<SiloAddress> Alive { get; init; } = [];

    /// <summary>Whether some grain may still be with a former owner.</summary>
    public bool IsPending => !Past.IsEmpty;

    /// <summary>The ring that was in force up to <paramref name="version"/> is replaced by that of this version.</summary>
    public HandoffTracker OnView(long version, Ring? replaced, IEnumerable<SiloAddress> alive)
    {
        var next = this with { Alive = [.. alive] };
        if (replaced is not null) next = next with { Past = next.Past.Add(new PastRing(version, replaced)) };
        return next.Pruned();
    }

    /// <summary><paramref name="silo"/> has let go of all that it does not own by the view of that version.</summary>
    public HandoffTracker OnReleased(SiloAddress silo, long version) =>
        Released.GetValueOrDefault(silo) >= version ? this : (this with { Released = Released.SetItem(silo, version) }).Pruned();

    /// <summary>The former owners of a grain that may still have it.</summary>
    public ImmutableHashSet<SiloAddress> HoldersOf(GrainId grainId)
    {
        var holders = ImmutableHashSet<SiloAddress>.Empty;
        foreach (var past in Past)
        {
            if (past.Ring.OwnerOf(grainId) is { } owner && MayHold(owner, past.Version)) holders = holders.Add(owner);
        }

        return holders;
    }

    private bool MayHold(SiloAddress silo, long version) =>
        !silo.Equals(Self) && Alive.Contains(silo) && Released.GetValueOrDefault(silo) < version;

    private HandoffTracker Pruned() => this with
    {
        Past = Past.RemoveAll(past => !past.Ring.Silos.Any(silo => MayHold(silo, past.Version))),
        Released = Released.RemoveRange(Released.Keys.Where(silo => !Alive.Contains(silo))),
    };

    private sealed record PastRing(long Version, Ring Ring);
}
