using System.Collections.Immutable;

namespace Warren.Grains.Catalogs;

/// <summary>What a catalog of names stores.</summary>
internal sealed record NameCatalogState
{
    /// <summary>The names, in the order of their characters' numbers.</summary>
    public ImmutableArray<string> Names { get; init; } = [];
}
