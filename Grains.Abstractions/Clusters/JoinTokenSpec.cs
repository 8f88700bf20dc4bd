using Warren.Nodes;

namespace Warren.Clusters;

/// <summary>What a join token is to be good for.</summary>
[GenerateSerializer, Alias("warren.join-token-spec"), Immutable]
public sealed record JoinTokenSpec
{
    /// <summary>How long a token lives that does not say.</summary>
    public static TimeSpan DefaultLifetime { get; } = TimeSpan.FromHours(24);

    /// <summary>What joins with it.</summary>
    [Id(0)]
    public required NodeRole Role { get; init; }

    /// <summary>How long it can be used, positive; null: until it is revoked. Default: 24 h.</summary>
    [Id(1)]
    public TimeSpan? Lifetime { get; init; } = DefaultLifetime;

    /// <summary>How many nodes may join with it, at least 1. Default (null): any number.</summary>
    [Id(2)]
    public int? MaxUses { get; init; }
}
