using System.Collections.Immutable;

namespace Orleans.Runtime.Membership;

/// <summary>What a silo knows about a member of its cluster, itself included.</summary>
/// <param name="Silo">The member.</param>
/// <param name="Status">Its status in the last view.</param>
internal sealed record MemberState(SiloAddress Silo, SiloStatus Status)
{
    /// <summary>Since when this silo sees that status.</summary>
    public TimeSpan StatusSince { get; init; }

    /// <summary>The votes for the member's death in the table.</summary>
    public ImmutableArray<Vote> Votes { get; init; } = [];

    /// <summary>When this silo last saw the member's sign of life in the table change; null when it has seen but one.</summary>
    public TimeSpan? LastSignAt { get; init; }

    /// <summary>How old, by the wall clocks, the sign of life was when the table was last read.</summary>
    public TimeSpan SignAge { get; init; }

    /// <summary>What this silo's own probes say; null when it does not probe the member.</summary>
    public SiloEvidence? Evidence { get; init; }

    /// <summary>Whether the member takes part in the cluster: it may be probed, and its vote counts.</summary>
    public bool IsRunning => Status is SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Stopping;

    public Suspicion SuspicionAt(TimeSpan now, MembershipSettings settings) => Evidence?.SuspicionAt(now, settings) ?? Suspicion.None;

    public Vote? VoteOf(SiloAddress voter)
    {
        foreach (var vote in Votes)
        {
            if (vote.Voter.Equals(voter)) return vote;
        }

        return null;
    }
}
