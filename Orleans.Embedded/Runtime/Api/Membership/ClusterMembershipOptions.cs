namespace Orleans.Configuration;

/// <summary>
/// How silos join a cluster, watch one another and declare the dead.
/// <para>
/// A silo that ends is found by its closed connection and by two refused connections a quarter of a second apart, and is declared
/// dead well within 1.5 s. A silo that is silent (frozen, or its machine or link lost) is suspected when it has missed
/// <see cref="NumMissedProbesLimit"/> probes in a row and does not answer one more at once. A probe starts every
/// <see cref="ProbeTimeout"/>, and the last one gets a quarter of that time; so the silence lasts at least limit x timeout + timeout / 4
/// (by default 3 x 2 s + 0.5 s = 6.5 s), at most one timeout more (8.5 s), 7.5 s on average. An answer that comes late, to
/// whichever probe, starts the count again: a pause of less than 6 s is never held against a silo.
/// </para>
/// </summary>
public class ClusterMembershipOptions
{
    /// <summary>
    /// Whether silos that fail are suspected and declared dead. Default true; false only for debugging, where a breakpoint stops a
    /// silo for minutes.
    /// </summary>
    public bool LivenessEnabled { get; set; } = true;

    /// <summary>
    /// After how long without an answer a probe counts as missed; also the time from one probe to the next. Default 2 s, at least
    /// 10 ms.
    /// </summary>
    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How many probes in a row a silo must miss to be suspected. Default 3, at least 1.</summary>
    public int NumMissedProbesLimit { get; set; } = 3;

    /// <summary>How many of its successors on the ring each silo probes; all of them in smaller clusters. Default 3, at least 1.</summary>
    public int NumProbedSilos { get; set; } = 3;

    /// <summary>
    /// How many silos must suspect a silo for it to be declared dead; where fewer are left that could, all of these. Default 2,
    /// at least 1, at most <see cref="NumProbedSilos"/>.
    /// </summary>
    public int NumVotesForDeathDeclaration { get; set; } = 2;

    /// <summary>How long a vote counts. Default 2 minutes, more than 0.</summary>
    public TimeSpan DeathVoteExpirationTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Whether a silo that suspects another asks the others to probe that one too, at once. Without it a vote of a second silo
    /// waits for that silo's own probes, and a silo outside its probed successors may never be voted on. Default true.
    /// </summary>
    public bool EnableIndirectProbes { get; set; } = true;

    /// <summary>
    /// Whether a silo that changed the table sends the new view to all its peers. Without it they see it at their next refresh.
    /// Default true.
    /// </summary>
    public bool UseLivenessGossip { get; set; } = true;

    /// <summary>
    /// How often the table is read without a cause, in case a gossip was lost. Default 60 s, more than 0.
    /// </summary>
    public TimeSpan TableRefreshTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// How often a silo writes into the table that it is alive. Seldom, since every write wears flash memory, and failures are
    /// found by probes. Default 30 s, more than 0.
    /// </summary>
    public TimeSpan IAmAliveTablePublishTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// After how many missed writes (see <see cref="IAmAliveTablePublishTimeout"/>) a row counts as left over from a cluster that
    /// ended as a whole, so that a silo may join without reaching it: at once if its endpoint refuses, else after it has seen no write
    /// for one more period. Default 3, at least 1.
    /// </summary>
    public int NumMissedTableIAmAliveLimit { get; set; } = 3;

    /// <summary>
    /// How long a silo that starts tries to reach all active silos (and the table) before its start fails. Default 5 minutes,
    /// more than 0.
    /// </summary>
    public TimeSpan MaxJoinAttemptTime { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// Whether a silo that is joining for longer than <see cref="MaxJoinAttemptTime"/> is declared dead by the others. Default true.
    /// </summary>
    public bool EvictWhenMaxJoinAttemptTimeExceeded { get; set; } = true;

    /// <summary>How long the row of a dead silo is kept. Default 7 days, more than 0.</summary>
    public TimeSpan DefunctSiloExpiration { get; set; } = TimeSpan.FromDays(7);

    /// <summary>How often rows of dead silos are cleaned up; null for never. Default 1 hour, more than 0.</summary>
    public TimeSpan? DefunctSiloCleanupPeriod { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How many rows of dead silos a clean-up leaves at most: a silo that ends and starts over and over would fill the table long
    /// before <see cref="DefunctSiloExpiration"/>. Null for no limit. Default 25, at least 0.
    /// </summary>
    public int? MaxDefunctSiloEntries { get; set; } = 25;

    /// <summary>How long without a sign of life in the table a row must be to count as left over.</summary>
    internal TimeSpan StaleRowAge => IAmAliveTablePublishTimeout * NumMissedTableIAmAliveLimit;
}
