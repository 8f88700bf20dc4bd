namespace Orleans.Runtime.Membership;

/// <summary>
/// What one silo knows by itself about another: a value that each probe's start and outcome turn into the next. Times are this
/// process's own, by its monotonic clock. An answer, however late, and to whichever probe, wipes out everything held against the
/// silo.
/// </summary>
internal sealed record SiloEvidence
{
    private SiloEvidence(TimeSpan since) => Since = since;

    /// <summary>When watching began. What came of probes that started before is not held against the silo.</summary>
    public TimeSpan Since { get; }

    public TimeSpan? LastProbeAt { get; private init; }

    public TimeSpan? LastAnswerAt { get; private init; }

    /// <summary>When the first probe started that had no answer since; null when there is none.</summary>
    public TimeSpan? UnansweredSince { get; private init; }

    /// <summary>Probes from that one on.</summary>
    public int Unanswered { get; private init; }

    /// <summary>When the first refusal came since the last answer.</summary>
    public TimeSpan? RefusedSince { get; private init; }

    /// <summary>Whether a later probe was refused too.</summary>
    public bool RefusedAgain { get; private init; }

    /// <summary>When to repeat a probe that broke off; null when none has, or not for the first time in a row.</summary>
    public TimeSpan? RepeatAt { get; private init; }

    /// <summary>Probes repeated so, since the last answer or cause for a probe.</summary>
    public int Repeats { get; private init; }

    /// <summary>Whether something happened that is not to wait for the next period.</summary>
    public bool ProbeNow { get; private init; }

    /// <summary>Until when to watch a silo that others asked about, though it is not among those this one watches.</summary>
    public TimeSpan? WatchUntil { get; private init; }

    /// <summary>Whether it may be no silo any more. No answer wipes that out.</summary>
    public bool IsBarred { get; private init; }

    /// <summary>When this silo last asked others to probe the silo too.</summary>
    public TimeSpan? LastAskAt { get; private init; }

    public static SiloEvidence Begin(TimeSpan now) => new(now);

    /// <summary>Wipes out everything, and probes anew.</summary>
    public SiloEvidence Discard(TimeSpan now) => new(now) { ProbeNow = true, LastProbeAt = LastProbeAt, WatchUntil = WatchUntil };

    public SiloEvidence OnProbeStarted(TimeSpan now) => this with
    {
        LastProbeAt = now,
        UnansweredSince = UnansweredSince ?? now,
        // A repeated probe is one with the first: silence is counted in periods.
        Unanswered = Unanswered + (now >= RepeatAt ? 0 : 1),
        RepeatAt = null,
        ProbeNow = false,
    };

    public SiloEvidence OnAnswer(TimeSpan now) => this with
    {
        LastAnswerAt = now,
        UnansweredSince = null,
        Unanswered = 0,
        RefusedSince = null,
        RefusedAgain = false,
        RepeatAt = null,
        Repeats = 0,
    };

    public SiloEvidence OnRefused(TimeSpan startedAt, TimeSpan now)
    {
        if (startedAt < Since || startedAt < LastAnswerAt) return this;
        if (RefusedSince is not { } first) return this with { RefusedSince = now };
        return startedAt >= first + MembershipSettings.RefusalsApart ? this with { RefusedAgain = true } : this;
    }

    /// <summary>
    /// The probe broke off: the process may be ending, with its listener for moments still there, or the network is at fault. Nothing is
    /// held against the silo for that, and it is probed again soon, but only so often: a fault that stays is for the usual probes.
    /// </summary>
    public SiloEvidence OnBroken(TimeSpan startedAt, TimeSpan now)
    {
        if (startedAt < Since || startedAt < LastAnswerAt || RefusedAgain || Repeats >= MembershipSettings.MaxRepeats) return this;
        return this with { RepeatAt = now + MembershipSettings.RepeatBrokenAfter, Repeats = Repeats + 1 };
    }

    /// <summary>Something happened that is not to wait for the next probe: a connection broke, or another silo asks.</summary>
    public SiloEvidence OnAskedAbout(TimeSpan until) => this with { ProbeNow = true, WatchUntil = until, Repeats = 0 };

    public SiloEvidence OnOthersAsked(TimeSpan now) => this with { LastAskAt = now };

    public SiloEvidence OnBarred() => this with { IsBarred = true };

    public Suspicion SuspicionAt(TimeSpan now, MembershipSettings settings)
    {
        if (IsBarred) return Suspicion.Barred;
        if (RefusedAgain) return Suspicion.Gone;
        var isSilent = Unanswered > settings.Options.NumMissedProbesLimit && now - UnansweredSince >= settings.SilenceLimit;
        return isSilent ? Suspicion.Silent : Suspicion.None;
    }

    /// <summary>When the next probe is due.</summary>
    public TimeSpan NextProbeAt(TimeSpan now, MembershipSettings settings)
    {
        if (LastProbeAt is not { } last) return now;
        if (ProbeNow) return last + MembershipSettings.ProbesApart;
        if (!RefusedAgain && RefusedSince is { } first && last < first + MembershipSettings.RefusalsApart)
            return first + MembershipSettings.ConfirmRefusalAfter;
        if (RepeatAt is { } repeat && repeat < last + settings.ProbePeriod) return repeat;
        return last + settings.ProbePeriod;
    }
}
