namespace Orleans.Runtime.Membership;

/// <summary>How this silo stands with the membership table.</summary>
internal sealed record TableState
{
    public required bool IsInitialised { get; init; }

    /// <summary>Whether a call is under way; there is one at a time.</summary>
    public required bool IsBusy { get; init; }

    /// <summary>Not before this, because the last calls failed.</summary>
    public required TimeSpan RetryAt { get; init; }

    /// <summary>Whether the rows that were read are those of the view, so that a write by their ETags can succeed.</summary>
    public required bool IsCurrent { get; init; }

    /// <summary>Why the table must be read before anything else; null when it need not.</summary>
    public required string? MustReadBecause { get; init; }

    /// <summary>When the last read that succeeded started; null before the first.</summary>
    public required TimeSpan? LastReadAt { get; init; }

    /// <summary>When this silo last wrote that it is alive; null when it has not.</summary>
    public required TimeSpan? LastSignAt { get; init; }

    public required TimeSpan LastCleanUpAt { get; init; }
}
