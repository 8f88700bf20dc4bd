using System.Collections.Immutable;

namespace Warren.Grains.Access;

/// <summary>The tokens as they are stored.</summary>
internal sealed record ApiTokenState
{
    /// <summary>The oldest first.</summary>
    public ImmutableArray<StoredApiToken> Tokens { get; init; } = [];
}
