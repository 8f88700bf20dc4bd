using System.Collections.Immutable;

namespace Orleans.Runtime.Membership;

/// <summary>
/// Votes for the death of silos. A vote stands in the table exactly as long as its voter suspects the silo; the voter with whom the
/// votes are enough writes the death.
/// </summary>
internal static class VoteDecision
{
    public static TableStep? Step(MembershipSnapshot snapshot, MembershipSettings settings)
    {
        if (!settings.Options.LivenessEnabled || snapshot.Wanted == SiloStatus.Dead || snapshot.Own is not { IsRunning: true }) return null;

        TableStep? later = null;
        foreach (var suspect in snapshot.Members.Where(member => member.IsRunning && !member.Silo.Equals(snapshot.Self)))
        {
            // A death comes before votes on others: it is what the grains of the dead silo wait for.
            var step = OnOne(suspect, snapshot, settings);
            if (step?.Rule == TableRule.DeclareDead) return step;
            if (later is null || step?.Rule < later.Rule) later = step;
        }

        return later;
    }

    /// <summary>Counted from when this silo saw the vote: wall clocks of several machines are not compared.</summary>
    public static bool IsFresh(Vote vote, MembershipSnapshot snapshot, MembershipSettings settings) =>
        snapshot.Now - vote.SeenAt < settings.Options.DeathVoteExpirationTimeout;

    private static TableStep? OnOne(MemberState suspect, MembershipSnapshot snapshot, MembershipSettings settings)
    {
        var suspicion = suspect.SuspicionAt(snapshot.Now, settings);
        var ownVote = suspect.VoteOf(snapshot.Self);
        var others = ImmutableArray.CreateRange(snapshot.Members.Where(member =>
            member.IsRunning && !member.Silo.Equals(snapshot.Self) && !member.Silo.Equals(suspect.Silo)));
        var voters = ImmutableArray.CreateRange(suspect.Votes
            .Where(vote => others.Any(other => other.Silo.Equals(vote.Voter)) && IsFresh(vote, snapshot, settings))
            .Select(vote => vote.Voter));

        if (suspicion == Suspicion.None)
        {
            return ownVote is null
                ? null
                : Update(TableRule.WithdrawVote, suspect.Status, voters, $"{suspect.Silo} is not suspected any more");
        }

        var able = others.Where(other => CanVote(other, snapshot, settings)).Select(other => other.Silo).ToHashSet();
        var needed = Math.Min(settings.Options.NumVotesForDeathDeclaration, able.Count + 1);
        var have = voters.Count(able.Contains) + 1;
        ImmutableArray<SiloAddress> withOwn = [.. voters, snapshot.Self];
        var because = suspicion switch
        {
            Suspicion.Barred => $"{suspect.Silo} may be no silo any more, by its certificate",
            Suspicion.Gone => $"{suspect.Silo} refuses connections: its process has ended",
            _ => $"{suspect.Silo} answered no probe since {(snapshot.Now - suspect.Evidence!.UnansweredSince!.Value).TotalSeconds:0.0} s",
        };

        // That is no guess from silence which others would have to confirm.
        if (suspicion == Suspicion.Barred) return Update(TableRule.DeclareDead, SiloStatus.Dead, withOwn, because);

        // A silo that leaves must not, cut off, take the last one that stays with it: its word alone counts only for a process that ended.
        var isEnough = have >= needed && (have > 1 || suspicion == Suspicion.Gone || snapshot.Own!.Status == SiloStatus.Active);
        if (isEnough) return Update(TableRule.DeclareDead, SiloStatus.Dead, withOwn, $"{because}; {have} of {needed} votes");
        if (ownVote is null) return Update(TableRule.CastVote, suspect.Status, withOwn, $"{because}; {have} of {needed} votes");
        return others.Any(other => IsToBeLookedFor(other, snapshot, settings))
            ? new TableStep.Read(TableRule.LookForSilentVoter, $"whether the silent voters on {suspect.Silo} gave a sign of life")
            : null;

        TableStep.Update Update(TableRule rule, SiloStatus status, ImmutableArray<SiloAddress> votes, string reason) =>
            new(rule, suspect.Silo, status, votes, reason);
    }

    /// <summary>
    /// Whether to wait for the vote of a silo. Not for one whose process has ended. Nor for one that has long been silent towards
    /// this silo and, though it had the time to see this silo's vote in the table, gave no sign of life there: but not sooner, or a
    /// silo that is cut off from all others, and not from the table, would declare them all dead.
    /// </summary>
    private static bool CanVote(MemberState voter, MembershipSnapshot snapshot, MembershipSettings settings) =>
        voter.SuspicionAt(snapshot.Now, settings) switch
        {
            Suspicion.Gone or Suspicion.Barred => false,
            Suspicion.Silent => GraceEnd(voter, snapshot, settings) is not { } end
                || end > snapshot.Table.LastReadAt
                || voter.LastSignAt > end - settings.VoterGrace,
            _ => true,
        };

    /// <summary>Whether the grace of a silent voter is over and the table not read since.</summary>
    private static bool IsToBeLookedFor(MemberState voter, MembershipSnapshot snapshot, MembershipSettings settings) =>
        voter.SuspicionAt(snapshot.Now, settings) == Suspicion.Silent
        && GraceEnd(voter, snapshot, settings) is { } end
        && end <= snapshot.Now
        && end > snapshot.Table.LastReadAt;

    private static TimeSpan? GraceEnd(MemberState voter, MembershipSnapshot snapshot, MembershipSettings settings) =>
        voter.VoteOf(snapshot.Self)?.SeenAt + settings.VoterGrace;
}
