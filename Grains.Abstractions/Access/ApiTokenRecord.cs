namespace Warren.Access;

/// <summary>An API token without its secret, which nobody has but who it was given to.</summary>
[GenerateSerializer, Alias("warren.api-token-record"), Immutable]
public sealed record ApiTokenRecord
{
    /// <summary>Which token.</summary>
    [Id(0)]
    public required string Id { get; init; }

    /// <summary>What it is good for.</summary>
    [Id(1)]
    public required ApiTokenSpec Spec { get; init; }

    /// <summary>When it was made.</summary>
    [Id(2)]
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From when on it is refused; null: never.</summary>
    [Id(3)]
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Since when it is refused because it was revoked; null: it was not.</summary>
    [Id(4)]
    public DateTimeOffset? RevokedAt { get; init; }
}
