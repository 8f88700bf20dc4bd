using System.Collections.Immutable;

namespace Orleans.Runtime.Membership;

/// <summary>The next call of the membership table: the first of the rules that applies, in the order of <see cref="TableRule"/>.</summary>
internal static class TableDecision
{
    public static TableStep? Compute(MembershipSnapshot snapshot, MembershipSettings settings)
    {
        var table = snapshot.Table;
        if (table.IsBusy || snapshot.Now < table.RetryAt) return null;
        if (!table.IsInitialised) return new TableStep.Initialise();
        if (table.MustReadBecause is { } reason) return new TableStep.Read(TableRule.KnowledgeInDoubt, reason);

        var step = JoinDecision.Step(snapshot, settings)
            ?? LeaveStep(snapshot)
            ?? AnswerStep(snapshot)
            ?? VoteDecision.Step(snapshot, settings)
            ?? EvictStep(snapshot, settings)
            ?? SignStep(snapshot, settings)
            ?? CleanUpDecision.Step(snapshot, settings)
            ?? RefreshStep(snapshot, settings);

        // A write by old ETags would only be refused.
        return step is TableStep.Insert or TableStep.Update or TableStep.CleanUp && !table.IsCurrent
            ? new TableStep.Read(step.Rule, $"to be sure of the table before a write: {step.Reason}")
            : step;
    }

    private static TableStep? LeaveStep(MembershipSnapshot snapshot) =>
        snapshot.Wanted.IsTerminating() && snapshot.Own is { } own && own.Status < snapshot.Wanted
            ? new TableStep.Update(TableRule.Leave, own.Silo, snapshot.Wanted, VotersOf(own), $"{own.Silo} becomes {snapshot.Wanted}")
            : null;

    private static TableStep? AnswerStep(MembershipSnapshot snapshot)
    {
        if (snapshot.Own is not { } own) return null;
        foreach (var vote in own.Votes)
        {
            if (snapshot.Table.LastSignAt is null || snapshot.Table.LastSignAt < vote.SeenAt)
                return new TableStep.SignOfLife(TableRule.AnswerVote, $"{vote.Voter} voted for the death of this silo");
        }

        return null;
    }

    private static TableStep? EvictStep(MembershipSnapshot snapshot, MembershipSettings settings)
    {
        if (!settings.Options.EvictWhenMaxJoinAttemptTimeExceeded || !IsFirstActive(snapshot)) return null;
        // The silo gives up by itself after the same time; this is for those that cannot.
        var limit = settings.Options.MaxJoinAttemptTime + settings.SilenceLimit;
        foreach (var member in snapshot.Members)
        {
            if (member.Status is SiloStatus.Joining or SiloStatus.Created && snapshot.Now - member.StatusSince > limit)
            {
                return new TableStep.Update(
                    TableRule.JoinTookTooLong, member.Silo, SiloStatus.Dead, VotersOf(member), $"{member.Silo} is joining for more than {limit}");
            }
        }

        return null;
    }

    private static TableStep? SignStep(MembershipSnapshot snapshot, MembershipSettings settings)
    {
        var isDue = snapshot.Own is { Status: not SiloStatus.Dead }
            && (snapshot.Table.LastSignAt is not { } last || snapshot.Now - last >= settings.Options.IAmAliveTablePublishTimeout);
        return isDue ? new TableStep.SignOfLife(TableRule.SignOfLifeDue, "it is time") : null;
    }

    private static TableStep? RefreshStep(MembershipSnapshot snapshot, MembershipSettings settings)
    {
        var period = settings.Options.TableRefreshTimeout;
        if (snapshot.Own is { Status: SiloStatus.Joining } && period > MembershipSettings.JoinRefresh) period = MembershipSettings.JoinRefresh;
        return snapshot.Now - snapshot.Table.LastReadAt >= period ? new TableStep.Read(TableRule.RefreshDue, "it is time") : null;
    }

    /// <summary>Whether this silo does what one silo is to do for all.</summary>
    internal static bool IsFirstActive(MembershipSnapshot snapshot) =>
        snapshot.Members.Where(member => member.Status == SiloStatus.Active).Select(member => member.Silo).Min() is { } first
        && first.Equals(snapshot.Self);

    private static ImmutableArray<SiloAddress> VotersOf(MemberState member) =>
        [.. member.Votes.Select(vote => vote.Voter)];
}
