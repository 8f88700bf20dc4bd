using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Warren.Benchmarks.Engine.Grains;
using Warren.Benchmarks.Metrics;
using Warren.Harness;
using Warren.Harness.Silos;
using Warren.TestSupport;

namespace Warren.Benchmarks.Engine;

/// <summary>First calls to many grains of one silo.</summary>
internal static class MeasureActivations
{
    private const int Count = 50_000, WarmUp = 5_000, Callers = 64, Rounds = 3;

    public static async Task RunAsync(Report report)
    {
        using var host = TrialHosts.Silo(new SiloSettings("activations", LocalPorts.Next())).Build();
        await host.StartAsync();
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        await ActivateAsync(grains, -WarmUp, WarmUp);
        var seconds = new List<double>();
        var bytes = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var before = HeapSize();
            var begun = Stopwatch.GetTimestamp();
            await ActivateAsync(grains, round * Count, Count);
            seconds.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
            bytes.Add((HeapSize() - before) / (double)Count);
        }

        report.Add("engine.activate_50k", Statistics.Median(seconds), "s");
        report.Add("engine.activation_bytes", Statistics.Median(bytes), "bytes");
        await host.StopAsync();
    }

    private static Task ActivateAsync(IGrainFactory grains, int first, int count) =>
        Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var i = caller; i < count; i += Callers) await grains.GetGrain<IPingGrain>(first + i).PingAsync();
        })));

    private static long HeapSize()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
