namespace Warren.Access;

/// <summary>What an API token is to be good for.</summary>
[GenerateSerializer, Alias("warren.api-token-spec"), Immutable]
public sealed record ApiTokenSpec
{
    /// <summary>How long a token lives that does not say.</summary>
    public static TimeSpan DefaultLifetime { get; } = TimeSpan.FromDays(90);

    /// <summary>Who uses it, for lists and the audit log: 1 to 63 lower-case letters, digits and hyphens. Not unique.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>What its holder may do.</summary>
    [Id(1)]
    public required ApiRole Role { get; init; }

    /// <summary>How long it can be used, positive; null: until it is revoked. Default: 90 days.</summary>
    [Id(2)]
    public TimeSpan? Lifetime { get; init; } = DefaultLifetime;
}
