using System.Collections.Immutable;
using Warren.Services;

namespace Warren.Grains.Services;

/// <summary>The services there are, as the catalog stores them: whether each follows the nodes.</summary>
internal sealed record ServiceCatalogState
{
    /// <summary>By name.</summary>
    public ImmutableSortedDictionary<ServiceName, bool> Services { get; init; } = ImmutableSortedDictionary<ServiceName, bool>.Empty;
}
