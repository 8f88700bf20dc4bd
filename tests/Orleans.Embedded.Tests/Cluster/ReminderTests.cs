using Orleans.Embedded.Tests.Cluster.Grains;
using Orleans.Embedded.Tests.Cluster.Support;

namespace Orleans.Embedded.Tests.Cluster;

/// <summary>Reminders of a silo that is gone.</summary>
public sealed class ReminderTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Reminder_OfASiloThatEnds_GoesOnInAnother(bool isKilled)
    {
        await using var cluster = await SiloCluster.StartAsync();
        var leaving = cluster.Silos[1];
        var key = cluster.KeyIn<IReminderGrain>(leaving);
        await cluster.Grains.GetGrain<IReminderGrain>(key).RegisterAsync(TimeSpan.FromMilliseconds(300));
        await cluster.Events.HappenedAsync($"tick of {key} in {leaving.Address}");

        if (isKilled) await cluster.KillAsync(leaving);
        else await cluster.StopAsync(leaving).WaitAsync(SiloCluster.Patience);

        var others = cluster.Silos.Where(silo => silo != leaving).Select(silo => $"tick of {key} in {silo.Address}").ToList();
        await cluster.Events.HappenedAsync(others.Contains, count: 3);
        var late = cluster.Events.Count(one => one == $"tick of {key} in {leaving.Address}");
        await cluster.Events.HappenedAsync(others.Contains, count: 5);
        cluster.Events.Count(one => one == $"tick of {key} in {leaving.Address}").ShouldBe(late);
    }
}
