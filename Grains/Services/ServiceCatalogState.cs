using System.Collections.Immutable;
using System.Text;
using Warren.Services;

namespace Warren.Grains.Services;

/// <summary>A part of the list of services, as the catalog stores it: whether each follows the nodes.</summary>
internal sealed record ServiceCatalogState
{
    /// <summary>How many parts there are: of a few thousand names, about ten in each. Not to be changed for a list that is stored: it says where a name is.</summary>
    public const int Parts = 256;

    /// <summary>By name.</summary>
    public ImmutableSortedDictionary<ServiceName, bool> Services { get; init; } = ImmutableSortedDictionary<ServiceName, bool>.Empty;

    /// <summary>The part that has a name, for good: by FNV-1a of 32 bits (http://www.isthe.com/chongo/tech/comp/fnv) over its UTF-8.</summary>
    public static int PartOf(ServiceName name)
    {
        var hash = 2_166_136_261;
        foreach (var unit in Encoding.UTF8.GetBytes(name.Value)) hash = unchecked((hash ^ unit) * 16_777_619);
        return (int)(hash % Parts);
    }

    /// <summary>This with changes of it, in their order; null: the name is taken out.</summary>
    public ServiceCatalogState With(IEnumerable<(ServiceName Name, bool? FollowsNodes)> changes)
    {
        var next = Services.ToBuilder();
        foreach (var (name, follows) in changes)
        {
            if (follows is { } value) next[name] = value;
            else next.Remove(name);
        }

        return this with { Services = next.ToImmutable() };
    }
}
