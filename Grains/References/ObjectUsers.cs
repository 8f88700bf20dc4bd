using System.Collections.Immutable;
using Warren.References;
using Warren.Services;

namespace Warren.Grains.References;

/// <summary>Asks all services of the catalog, so many at a time: what is used is stored with its users, and nowhere else.</summary>
internal static class ObjectUsers
{
    private const int Batch = 64;

    /// <summary>
    /// Who uses an object. Complete if the object refuses new users before this begins: a service that looked at it before is waited for.
    /// </summary>
    public static async Task<ImmutableArray<ObjectUser>> FindAsync(IGrainFactory grains, ObjectKind kind, string name)
    {
        var users = ImmutableArray.CreateBuilder<ObjectUser>();
        await ForEachServiceAsync(grains, async service =>
        {
            if (await service.GetUserAsync(kind, name) is { } user) users.Add(user);
        });
        return users.DrainToImmutable();
    }

    /// <summary>Calls each service.</summary>
    public static async Task ForEachServiceAsync(IGrainFactory grains, Func<IServiceGrain, Task> call)
    {
        var services = await grains.GetGrain<IServiceCatalogGrain>(IServiceCatalogGrain.Key).ListAsync();
        foreach (var batch in services.Chunk(Batch))
            await Task.WhenAll(batch.Select(entry => call(grains.GetGrain<IServiceGrain>(entry.Name.Value))));
    }
}
