namespace Orleans.Runtime.Membership;

/// <summary>Decides what a silo does for its membership. Pure: equal snapshots give equal plans.</summary>
internal static class MembershipDecision
{
    public static MembershipPlan Compute(MembershipSnapshot snapshot, MembershipSettings settings)
    {
        if (HasLeft(snapshot)) return new MembershipPlan { HasLeft = true };
        if (JoinDecision.Failure(snapshot, settings) is { } failure) return new MembershipPlan { JoinFailure = failure };
        if (OwnDeath(snapshot) is { } death) return new MembershipPlan { OwnDeath = death };

        var probes = ProbeDecision.Compute(snapshot, settings);
        return probes with
        {
            Table = TableDecision.Compute(snapshot, settings),
            LookAgainAt = Earliest(
                probes.LookAgainAt,
                snapshot.Table.RetryAt > snapshot.Now ? snapshot.Table.RetryAt : TimeSpan.MaxValue,
                snapshot.Now + TickPeriod(snapshot)),
        };
    }

    /// <summary>A silo alone has nobody to misjudge after a pause, and nobody who could have declared it dead meanwhile.</summary>
    private static TimeSpan TickPeriod(MembershipSnapshot snapshot) =>
        snapshot.Own is { IsRunning: true } && !snapshot.Members.Any(member => member.IsRunning && !member.Silo.Equals(snapshot.Self))
            ? MembershipSettings.TickPeriodAlone
            : MembershipSettings.TickPeriod;

    /// <summary>A silo that did not write its own death and finds it is dead: the others have taken over its grains.</summary>
    private static string? OwnDeath(MembershipSnapshot snapshot)
    {
        if (snapshot.Wanted == SiloStatus.Dead) return null;
        if (snapshot.Own is { } own)
        {
            if (own.Status != SiloStatus.Dead) return null;
            return own.Votes.Length == 0
                ? "the cluster declared this silo dead"
                : $"the cluster declared this silo dead, by the votes of {string.Join(", ", own.Votes.Select(vote => vote.Voter))}";
        }

        return snapshot.OwnRowSeen ? "this silo's row is no longer in the membership table" : null;
    }

    /// <summary>A silo without a row may yet get one by an insert of its own whose outcome is not known.</summary>
    private static bool HasLeft(MembershipSnapshot snapshot) => snapshot.Wanted == SiloStatus.Dead
        && (snapshot.Own is { Status: SiloStatus.Dead }
            || (snapshot.Own is null && (!snapshot.TriedToInsert || snapshot.Table is { IsBusy: false, MustReadBecause: null })));

    private static TimeSpan Earliest(params ReadOnlySpan<TimeSpan> times)
    {
        var earliest = TimeSpan.MaxValue;
        foreach (var time in times)
        {
            if (time < earliest) earliest = time;
        }

        return earliest;
    }
}
