namespace Warren.Clusters;

/// <summary>A join token without its secret, which nobody has but who it was given to.</summary>
[GenerateSerializer, Alias("warren.join-token-record"), Immutable]
public sealed record JoinTokenRecord
{
    /// <summary>Which token.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>What it is good for.</summary>
    [Id(1)]
    public required JoinTokenSpec Spec { get; init; }

    /// <summary>When it was made.</summary>
    [Id(2)]
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it is refused; null: never.</summary>
    [Id(3)]
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>How many nodes have joined with it. Default: 0.</summary>
    [Id(4)]
    public int Uses { get; init; }

    /// <summary>Since when it is refused because it was revoked or rotated; null: it was not.</summary>
    [Id(5)]
    public DateTimeOffset? RevokedAt { get; init; }
}
