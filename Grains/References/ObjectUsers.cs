using System.Collections.Concurrent;
using System.Collections.Immutable;
using Warren.References;
using Warren.Services;

namespace Warren.Grains.References;

/// <summary>Asks all services of the catalog, so many at a time: what is used is stored with its users, and nowhere else.</summary>
internal static class ObjectUsers
{
    private const int Batch = 64;

    /// <summary>
    /// How long work that is repeated waits for one service. That may wait for the object, which answers nobody while it is about to move, and moves when
    /// its work has ended.
    /// </summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Who uses an object. Complete if the object refuses new users before this begins: a service that looked at it before is waited for.
    /// </summary>
    /// <param name="grains">Where the services are.</param>
    /// <param name="kind">What the object is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="time">The clock of work that is repeated, which soon gives up a service that does not answer. Default (null): it has as long as any call.</param>
    public static async Task<ImmutableArray<ObjectUser>> FindAsync(IGrainFactory grains, ObjectKind kind, string name, TimeProvider? time = null)
    {
        // Answers come one after the other only if a grain asks.
        var users = new ConcurrentQueue<ObjectUser>();
        await ForEachServiceAsync(
            grains,
            async service =>
            {
                if (await service.GetUserAsync(kind, name) is { } user) users.Enqueue(user);
            },
            time);
        return [.. users];
    }

    /// <summary>Calls each service; for the clock, see <see cref="FindAsync"/>.</summary>
    public static async Task ForEachServiceAsync(IGrainFactory grains, Func<IServiceGrain, Task> call, TimeProvider? time)
    {
        var services = await grains.GetGrain<IServiceCatalogGrain>(IServiceCatalogGrain.Key).ListAsync();
        foreach (var batch in services.Chunk(Batch))
            await Task.WhenAll(batch.Select(entry => WithinAsync(call(grains.GetGrain<IServiceGrain>(entry.Name.Value)), time)));
    }

    /// <summary>Removes services; for the clock, see <see cref="FindAsync"/>.</summary>
    public static Task RemoveAsync(IGrainFactory grains, ImmutableArray<ServiceName> services, TimeProvider? time = null) =>
        Task.WhenAll(services.Select(service => WithinAsync(grains.GetGrain<IServiceGrain>(service.Value).RemoveAsync(), time)));

    private static Task WithinAsync(Task call, TimeProvider? time) => time is null ? call : call.WaitAsync(s_patience, time);
}
