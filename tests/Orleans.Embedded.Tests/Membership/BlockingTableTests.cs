using Orleans.Embedded.Tests.Testing;
using static Orleans.Embedded.Tests.Membership.Cluster;

namespace Orleans.Embedded.Tests.Membership;

/// <summary>A store's driver that blocks its thread instead of waiting.</summary>
[Collection(AloneCollection.Name)]
public sealed class BlockingTableTests
{
    [Fact]
    public async Task Table_BlocksItsThread_LoopGoesOn()
    {
        var (time, table) = (new FakeTime(), new FaultyTable());
        await using var network = new AgentNetwork { Table = table, Time = time };
        var host = await network.StartAsync(1);
        using var free = new ManualResetEventSlim();
        table.Before = _ =>
        {
            free.Wait();
            return Task.CompletedTask;
        };

        try
        {
            await RunAsync(time, TimeSpan.FromSeconds(41));
            await host.Log.WhenAsync("cannot be reached");
            host.Log.Lines.ShouldNotContain(line => line.Text.Contains("stood still"));
        }
        finally
        {
            // What fails here ends as well, and does not wait for its threads.
            free.Set();
        }
    }
}
