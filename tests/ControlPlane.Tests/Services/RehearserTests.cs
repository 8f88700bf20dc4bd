using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Warren.ControlPlane.Tests.Testing;
using Warren.Grains.Hosting;
using Warren.Silo.Keeping;

namespace Warren.ControlPlane.Tests.Services;

public sealed class RehearserTests
{
    [Fact]
    public async Task Start_Rehearses_AndStoresNothing()
    {
        await using var cluster = await TestCluster.StartAsync(silos: 1, configure: silo =>
        {
            silo.AddRehearsal();
            silo.Services.AddLogging(logging => logging.AddFilter(typeof(Rehearser).FullName, LogLevel.Debug));
        });

        await cluster.WhenAsync(
            () => Task.FromResult(cluster.Log.Lines.Any(line => line.Contains("Ready for the first call", StringComparison.Ordinal))),
            () => string.Join('\n', cluster.Log.Lines));

        cluster.Store.Rows.Keys.ShouldNotContain(row => row.Contains(Rehearsal.Spec.Name.Value, StringComparison.Ordinal));
    }
}
