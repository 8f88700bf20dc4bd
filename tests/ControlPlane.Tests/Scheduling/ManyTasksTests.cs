using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using Warren.ControlPlane.Tests.Testing;
using Warren.Grains.Hosting;
using Warren.Grains.Objects;
using Warren.Services;
using Warren.Silo.Keeping;
using Warren.Silo.Secrets;
using Warren.Silo.Stores;
using Warren.TestSupport;
using Xunit.Abstractions;

namespace Warren.ControlPlane.Tests.Scheduling;

public sealed class ManyTasksTests(ITestOutputHelper output)
{
    /// <summary>A floor far below what an idle machine does, so that it tells of a mistake in the order of magnitude and not of neighbours.</summary>
    private const double LeastPerSecond = 150;

    [Fact, Trait("Category", "Soak")]
    public async Task Create_TenThousandTasksOnHundredNodesWithSqlite_AllRun()
    {
        const int Nodes = 100, Services = 1_000, Replicas = 10;
        using var folder = TempFolder.Create("many");
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddWarrenStore(store => store.UseSqlite(Path.Combine(folder.Path, "store.db")));
            silo.Services.AddSingleton<ISecretSealer>(new AesSecretSealer(new byte[KeyFile.KeySize], "test"));
            silo.AddReminders();
            silo.AddControlPlane();
            silo.AddKeeper();
        });
        await using var cluster = builder.Build();
        await cluster.DeployAsync();
        var agents = Enumerable.Range(1, Nodes).Select(number => new ScriptedAgent(cluster.Client, $"n{number}")).ToArray();
        await Task.WhenAll(agents.Select(agent => agent.StartAsync()));
        var watch = Stopwatch.StartNew();
        var creates = new List<double>();
        foreach (var number in Enumerable.Range(1, Services))
        {
            var one = Stopwatch.StartNew();
            await cluster.Client.GetGrain<IServiceGrain>($"s{number}").ApplyAsync(A.Service($"s{number}", Replicas));
            creates.Add(one.Elapsed.TotalMilliseconds);
        }

        var created = watch.Elapsed;
        while (agents.Sum(agent => agent.Running.Count) < Services * Replicas)
        {
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(5));
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        var perSecond = Services * Replicas / watch.Elapsed.TotalSeconds;
        creates.Sort();
        output.WriteLine(FormattableString.Invariant(
            $"created in {created.TotalSeconds:0.0} s (p99 {creates[^(Services / 100)]:0} ms), all running after {watch.Elapsed.TotalSeconds:0.0} s: {perSecond:0} tasks/s"));
        perSecond.ShouldBeGreaterThan(LeastPerSecond);
        foreach (var agent in agents) await agent.DisposeAsync();
    }
}
