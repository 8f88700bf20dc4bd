using Orleans.Configuration;

namespace Orleans.Runtime.Membership;

/// <summary>The options and what follows from them, and the times that are not for users to choose.</summary>
internal sealed record MembershipSettings(ClusterMembershipOptions Options)
{
    /// <summary>
    /// How long a silo must be silent, counted from the first probe it did not answer, to be suspected: until it has missed as many
    /// probes as the limit says, and one more, sent then, has had a short while to be answered. Without that last chance a link that
    /// was down for less could cost a silo its life, if it was mended between the last probe and the decision.
    /// </summary>
    public TimeSpan SilenceLimit { get; } = (Options.ProbeTimeout * Options.NumMissedProbesLimit) + (Options.ProbeTimeout / 4);

    public TimeSpan ProbePeriod => Options.ProbeTimeout;

    /// <summary>After this a probe is given up. Longer than the limit of silence, so that a late answer still arrives.</summary>
    public TimeSpan ProbeLifetime => SilenceLimit + ProbePeriod;

    /// <summary>
    /// From a refused probe to the one that confirms it. Short, since it bounds how long a killed silo's grains are away; long enough for
    /// a listener that is only being replaced.
    /// </summary>
    public static TimeSpan ConfirmRefusalAfter { get; } = TimeSpan.FromMilliseconds(250);

    /// <summary>A refusal confirms an earlier one only if its probe started at least so long after that.</summary>
    public static TimeSpan RefusalsApart { get; } = TimeSpan.FromMilliseconds(200);

    /// <summary>From a probe that broke off to its repetition.</summary>
    public static TimeSpan RepeatBrokenAfter { get; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How often in a row a probe that broke off is repeated. A process is done with ending by then.</summary>
    public const int MaxRepeats = 4;

    /// <summary>From one probe of a silo to the next at least, whoever asks for it.</summary>
    public static TimeSpan ProbesApart { get; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The state is looked at so often even if nothing is due: that is how a pause of this process is noticed.</summary>
    public static TimeSpan TickPeriod { get; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The same while no other silo runs. Each tick of a machine at rest costs it some of that rest.</summary>
    public static TimeSpan TickPeriodAlone { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Lateness of a tick beyond which this process was paused, and what it knows about others says nothing.</summary>
    public static TimeSpan PauseLimit { get; } = TimeSpan.FromSeconds(1);

    /// <summary>The first wait after the table failed; doubles up to <see cref="LongestTableRetry"/>.</summary>
    public static TimeSpan FirstTableRetry { get; } = TimeSpan.FromMilliseconds(250);

    public static TimeSpan LongestTableRetry { get; } = TimeSpan.FromSeconds(5);

    /// <summary>A call of the table that takes longer has failed; whether it changed the table is then unknown.</summary>
    public static TimeSpan TableTimeout { get; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a silo that cannot join yet reads the table.</summary>
    public static TimeSpan JoinRefresh { get; } = TimeSpan.FromSeconds(5);

    /// <summary>From one clean-up to the next at least.</summary>
    public static TimeSpan CleanUpsApart { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Reads in a row that must show a lower version than the view's before the table is taken to have gone back.</summary>
    public const int ReadsBehindLimit = 3;

    /// <summary>
    /// How long a silo's vote against a silent voter stands in the table before it does without that voter. A voter that is alive and
    /// cut off from this silo only sees the vote when it writes its own, and answers with a sign of life; this gives it the time.
    /// </summary>
    public TimeSpan VoterGrace => SilenceLimit;
}
