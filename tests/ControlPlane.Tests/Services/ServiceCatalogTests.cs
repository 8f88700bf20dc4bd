using Warren.ControlPlane.Tests.Testing;
using Warren.Services;

namespace Warren.ControlPlane.Tests.Services;

public sealed class ServiceCatalogTests
{
    [Fact]
    public async Task Services_OfAllParts_AreThereAfterTheManagersHaveDied()
    {
        // A keeper would wake the services, which are not there, and take themselves out.
        await using var cluster = await TestCluster.StartAsync(nodes: 0, silos: 2, isKept: false);
        var catalog = cluster.Client.GetGrain<IServiceCatalogGrain>(IServiceCatalogGrain.Key);
        var entries = Enumerable.Range(0, 300).Select(i => new ServiceEntry(new($"s{i}"), i % 3 == 0)).ToList();
        await Task.WhenAll(entries.Select(catalog.AddAsync));
        await Task.WhenAll(entries.Take(100).Select(entry => catalog.RemoveAsync(entry.Name)));
        entries[150] = entries[150] with { FollowsNodes = !entries[150].FollowsNodes };
        await catalog.AddAsync(entries[150]);
        var expected = entries.Skip(100).OrderBy(entry => entry.Name).ToArray();
        (await catalog.ListAsync()).ShouldBe(expected);

        foreach (var silo in cluster.SiloNames)
        {
            await cluster.ReplaceAsync(silo);
            await cluster.WhenAsync(async () => (await catalog.ListAsync()).SequenceEqual(expected), () => "the list is as it was");
        }
    }

    [Fact]
    public async Task Store_AwayInTheMiddle_ListShowsWhatIsStored()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 0, silos: 1);
        var catalog = cluster.Client.GetGrain<IServiceCatalogGrain>(IServiceCatalogGrain.Key);
        await catalog.AddAsync(new(new("stays"), false));
        cluster.Store.IsAway = true;
        await Should.ThrowAsync<IOException>(() => Task.WhenAll(Enumerable.Range(0, 20).Select(i => catalog.AddAsync(new(new($"s{i}"), false)))));
        (await catalog.ListAsync()).ShouldBe([new(new("stays"), false)]);
        cluster.Store.IsAway = false;
        await catalog.AddAsync(new(new("s1"), true));
        (await catalog.ListAsync()).ShouldBe([new(new("s1"), true), new(new("stays"), false)]);
    }
}
