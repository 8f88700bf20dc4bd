using Microsoft.Extensions.DependencyInjection;
using Warren.Benchmarks.Engine.Grains;
using Warren.Benchmarks.Metrics;
using Warren.Harness.Silos;
using Warren.TestSupport;

namespace Warren.Benchmarks.Engine;

/// <summary>Calls from outside grains to grains of the same silo.</summary>
internal static class MeasureLocalCalls
{
    public static async Task RunAsync(Report report)
    {
        using var host = TrialHosts.Silo(new SiloSettings("local", LocalPorts.Next())).Build();
        await host.StartAsync();
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        foreach (var callers in new[] { 1, 64 })
        {
            IPingGrain[] targets = [.. Enumerable.Range(0, callers).Select(key => grains.GetGrain<IPingGrain>(key))];
            var rate = await ClosedLoop.MeasureAsync(
                callers, caller => targets[caller].PingAsync(), TimeSpan.FromSeconds(3), rounds: 5, TimeSpan.FromSeconds(1));
            report.Add($"engine.local_call_{callers}", rate, "calls/s");
            report.AddContext($"engine.thread_pool_hops_{callers}", await HopsAsync(callers), "hops/s");
        }

        await host.StopAsync();
    }

    /// <summary>How often work that does nothing can be handed to the thread pool.</summary>
    private static Task<Rate> HopsAsync(int callers) => ClosedLoop.MeasureAsync(
        callers, async _ => await Task.Yield(), TimeSpan.FromSeconds(0.5), rounds: 3, TimeSpan.FromSeconds(0.3));
}
