namespace Orleans.Runtime.Membership;

/// <summary>How a silo gets into the cluster: its predecessor's row closed, its own row in, all active silos reached, active.</summary>
internal static class JoinDecision
{
    /// <summary>An answer older than this many probe periods does not show that a silo can be reached.</summary>
    private const int AnswerCountsForPeriods = 3;

    public static TableStep? Step(MembershipSnapshot snapshot, MembershipSettings settings)
    {
        if (snapshot.Wanted != SiloStatus.Active) return null;
        return snapshot.Own switch
        {
            null => Predecessor(snapshot) is { } predecessor
                ? new TableStep.Update(
                    TableRule.PredecessorIsGone, predecessor.Silo, SiloStatus.Dead, [], $"{snapshot.Self} has taken its endpoint")
                : new TableStep.Insert($"{snapshot.Self} joins"),
            { Status: SiloStatus.Joining } own when !Unreached(snapshot, settings).Any() => new TableStep.Update(
                TableRule.BecomeActive, own.Silo, SiloStatus.Active, [], $"{own.Silo} reaches all active silos"),
            _ => null,
        };
    }

    /// <summary>Why the silo cannot join any more; null while it can, or has.</summary>
    public static string? Failure(MembershipSnapshot snapshot, MembershipSettings settings)
    {
        if (snapshot.Wanted != SiloStatus.Active) return null;
        if (snapshot.Own is { } own && !snapshot.TriedToInsert)
        {
            return $"a silo has run as {own.Silo} before: it started within the same second, or this machine's clock went back";
        }

        if (snapshot.Own is { Status: not SiloStatus.Joining } || (snapshot.Own is null && snapshot.OwnRowSeen)) return null;
        if (LaterLife(snapshot) is { } later)
        {
            return $"{later.Silo} has run at this silo's endpoint with a later generation than {snapshot.Self}: "
                + "either it still runs, or this machine's clock went back";
        }

        if (snapshot.Now < snapshot.JoinDeadline) return null;
        var unreached = Unreached(snapshot, settings).Select(member => member.Silo.ToString()).ToArray();
        return (snapshot.Table.LastReadAt, unreached.Length) switch
        {
            (null, _) => $"the membership table could not be read within {settings.Options.MaxJoinAttemptTime}",
            (_, 0) => $"the membership table took no write within {settings.Options.MaxJoinAttemptTime}",
            _ => $"these active silos could not be reached within {settings.Options.MaxJoinAttemptTime}: {string.Join(", ", unreached)}",
        };
    }

    /// <summary>Active silos that do not answer and may be there all the same.</summary>
    private static IEnumerable<MemberState> Unreached(MembershipSnapshot snapshot, MembershipSettings settings) =>
        from member in snapshot.Members
        where member.Status == SiloStatus.Active
        let answeredAt = member.Evidence?.LastAnswerAt
        let isReached = member.Evidence?.RefusedSince is null && snapshot.Now - answeredAt <= settings.ProbePeriod * AnswerCountsForPeriods
        where !isReached && !IsLeftOver(member, snapshot, settings)
        select member;

    /// <summary>
    /// Whether a row is left over from a cluster that ended: no sign of life while this silo looked on for long; or the last one is old by
    /// the wall clocks, which alone may be wrong, and the process is gone or gave no sign while this silo looked on for a shorter time.
    /// </summary>
    private static bool IsLeftOver(MemberState member, MembershipSnapshot snapshot, MembershipSettings settings)
    {
        var lookedOnFor = snapshot.Now - (member.LastSignAt ?? member.StatusSince);
        if (member.SignAge <= settings.Options.StaleRowAge) return lookedOnFor > settings.Options.StaleRowAge;
        return member.SuspicionAt(snapshot.Now, settings) == Suspicion.Gone
            || lookedOnFor > settings.Options.IAmAliveTablePublishTimeout + (MembershipSettings.JoinRefresh * 2);
    }

    private static MemberState? Predecessor(MembershipSnapshot snapshot) =>
        snapshot.Members.FirstOrDefault(member => member.Status != SiloStatus.Dead && member.Silo.IsPredecessorOf(snapshot.Self));

    private static MemberState? LaterLife(MembershipSnapshot snapshot) =>
        snapshot.Members.FirstOrDefault(member => member.Silo.IsSuccessorOf(snapshot.Self));
}
