using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Warren.Services;

/// <summary>The names of the services there are; key <see cref="Key"/>.</summary>
[Alias("warren.service-catalog-grain")]
public interface IServiceCatalogGrain : IGrainWithStringKey
{
    /// <summary>The key of the only one.</summary>
    const string Key = "services";

    /// <summary>A service is about to be made, or has another mode. Returns once it is stored, so that no service is without its name here.</summary>
    [Alias("AddAsync")]
    Task AddAsync(ServiceEntry entry);

    /// <summary>Nothing is left of a service.</summary>
    [Alias("RemoveAsync")]
    Task RemoveAsync(ServiceName name);

    /// <summary>All of them, by name.</summary>
    [Alias("ListAsync"), AlwaysInterleave]
    Task<ImmutableArray<ServiceEntry>> ListAsync();
}
