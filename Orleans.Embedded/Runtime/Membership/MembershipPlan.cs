using System.Collections.Immutable;

namespace Orleans.Runtime.Membership;

/// <summary>What a silo does next.</summary>
internal sealed record MembershipPlan
{
    /// <summary>The silos that this one watches, in the order of their addresses.</summary>
    public ImmutableArray<SiloAddress> Watched { get; init; } = [];

    /// <summary>The silos to probe now.</summary>
    public ImmutableArray<SiloAddress> Probes { get; init; } = [];

    /// <summary>The silos that the others are to be asked to probe now.</summary>
    public ImmutableArray<SiloAddress> AskAbout { get; init; } = [];

    /// <summary>The next call of the table; null for none.</summary>
    public TableStep? Table { get; init; }

    /// <summary>Why this silo is dead to the others; null when it is not.</summary>
    public string? OwnDeath { get; init; }

    /// <summary>Why this silo gives up joining; null when it does not.</summary>
    public string? JoinFailure { get; init; }

    /// <summary>Whether this silo has left and nothing remains to be done.</summary>
    public bool HasLeft { get; init; }

    /// <summary>When to look again at the latest.</summary>
    public TimeSpan LookAgainAt { get; init; }
}
