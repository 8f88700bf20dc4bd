using System.Collections.Immutable;

namespace Orleans.Runtime.Membership;

/// <summary>Which silos to watch, which to probe now, and about which to ask the others.</summary>
internal static class ProbeDecision
{
    public static MembershipPlan Compute(MembershipSnapshot snapshot, MembershipSettings settings)
    {
        var (now, lookAgainAt) = (snapshot.Now, TimeSpan.MaxValue);
        var watched = Watched(snapshot, settings);
        var probes = ImmutableArray.CreateBuilder<SiloAddress>();
        var askAbout = ImmutableArray.CreateBuilder<SiloAddress>();
        foreach (var member in watched)
        {
            var evidence = member.Evidence ?? SiloEvidence.Begin(now);
            var probeAt = evidence.NextProbeAt(now, settings);
            if (probeAt <= now) probes.Add(member.Silo);
            else Note(probeAt);

            if (evidence.UnansweredSince is { } since && since + settings.SilenceLimit > now) Note(since + settings.SilenceLimit);
            if (!MayAsk(snapshot, member, settings)) continue;
            if (evidence.LastAskAt is not { } asked || asked + settings.ProbePeriod <= now) askAbout.Add(member.Silo);
            else Note(asked + settings.ProbePeriod);
        }

        return new MembershipPlan
        {
            Watched = [.. watched.Select(member => member.Silo)],
            Probes = probes.ToImmutable(),
            AskAbout = askAbout.ToImmutable(),
            LookAgainAt = lookAgainAt,
        };

        void Note(TimeSpan at)
        {
            if (at < lookAgainAt) lookAgainAt = at;
        }
    }

    /// <summary>
    /// While joining: all active silos. Then the successors of this silo on a ring of all that run, so that each is watched by
    /// several, and with them those whom another silo suspects: it takes more than one to declare them dead.
    /// </summary>
    private static ImmutableArray<MemberState> Watched(MembershipSnapshot snapshot, MembershipSettings settings)
    {
        if (snapshot.Own is not { } own || snapshot.Wanted == SiloStatus.Dead) return [];
        if (own.Status == SiloStatus.Joining) return [.. snapshot.Members.Where(member => member.Status == SiloStatus.Active)];
        if (!own.IsRunning || !settings.Options.LivenessEnabled) return [];

        var successors = Successors(snapshot, settings.Options.NumProbedSilos);
        return [.. snapshot.Members.Where(member => member.IsRunning && !member.Silo.Equals(snapshot.Self)
            && (successors.Contains(member.Silo) || IsInQuestion(member, snapshot, settings)))];
    }

    private static bool IsInQuestion(MemberState member, MembershipSnapshot snapshot, MembershipSettings settings) =>
        member.Evidence?.WatchUntil > snapshot.Now
        || (settings.Options.EnableIndirectProbes && member.Votes.Any(vote => VoteDecision.IsFresh(vote, snapshot, settings)));

    private static HashSet<SiloAddress> Successors(MembershipSnapshot snapshot, int count)
    {
        var ring = snapshot.Members.Where(member => member.IsRunning).Select(member => member.Silo)
            .OrderBy(silo => (uint)silo.GetConsistentHashCode()).ThenBy(silo => silo).ToArray();
        var own = Array.IndexOf(ring, snapshot.Self);
        return [.. Enumerable.Range(1, Math.Min(count, ring.Length - 1)).Select(step => ring[(own + step) % ring.Length])];
    }

    /// <summary>From the first refusal on, not only from suspicion: a killed silo's grains are away for so much less time.</summary>
    private static bool MayAsk(MembershipSnapshot snapshot, MemberState member, MembershipSettings settings) =>
        settings.Options.EnableIndirectProbes
        && snapshot.Own!.IsRunning
        && (member.Evidence?.RefusedSince is not null || member.SuspicionAt(snapshot.Now, settings) != Suspicion.None);
}
