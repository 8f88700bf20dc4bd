using System.Collections.Immutable;

namespace Orleans.Runtime.Membership;

/// <summary>
/// All that a silo decides by. Times are by its monotonic clock, so that no two clocks are compared, except where a row's age says
/// so.
/// </summary>
internal sealed record MembershipSnapshot
{
    public required SiloAddress Self { get; init; }

    public required TimeSpan Now { get; init; }

    /// <summary>Where this silo wants to be: active, or a step of leaving.</summary>
    public required SiloStatus Wanted { get; init; }

    /// <summary>Until when it may try to become active.</summary>
    public required TimeSpan JoinDeadline { get; init; }

    /// <summary>Whether this silo has tried to add its row; the outcome may not be known.</summary>
    public required bool TriedToInsert { get; init; }

    /// <summary>Whether its own row was in the table once.</summary>
    public required bool OwnRowSeen { get; init; }

    /// <summary>All silos of the last view, this one included.</summary>
    public required ImmutableArray<MemberState> Members { get; init; }

    public required TableState Table { get; init; }

    public MemberState? Own => Find(Self);

    public MemberState? Find(SiloAddress silo)
    {
        foreach (var member in Members)
        {
            if (member.Silo.Equals(silo)) return member;
        }

        return null;
    }
}
