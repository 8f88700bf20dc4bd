using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Warren.Catalogs;

/// <summary>The names of all objects of one kind, so that they can be listed; the key is the kind, see the constants.</summary>
[Alias("warren.name-catalog-grain")]
public interface INameCatalogGrain : IGrainWithStringKey
{
    /// <summary>The key of the catalog of volumes.</summary>
    const string Volumes = "volumes";

    /// <summary>The key of the catalog of secrets.</summary>
    const string Secrets = "secrets";

    /// <summary>The key of the catalog of configs.</summary>
    const string Configs = "configs";

    /// <summary>An object is about to be made. Returns once it is stored, so that no object is without its name here; doing it twice is doing it once.</summary>
    [Alias("AddAsync")]
    Task AddAsync(string name);

    /// <summary>Nothing is left of an object. Returns once it is stored; doing it twice is doing it once.</summary>
    [Alias("RemoveAsync")]
    Task RemoveAsync(string name);

    /// <summary>All of them, in order. One that was about to be made may not be there.</summary>
    [Alias("ListAsync"), AlwaysInterleave]
    Task<ImmutableArray<string>> ListAsync();
}
