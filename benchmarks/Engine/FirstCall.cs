using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Warren.Benchmarks.Engine.Grains;
using Warren.Harness.Silos;

namespace Warren.Benchmarks.Engine;

/// <summary>A silo process that makes one call to a grain, says "answered", and lives on until it is killed.</summary>
internal static class FirstCall
{
    public static async Task RunAsync()
    {
        using var host = TrialHosts.Silo(SiloSettings.FromEnvironment()).Build();
        await host.StartAsync();
        await host.Services.GetRequiredService<IGrainFactory>().GetGrain<IPingGrain>(0).PingAsync();
        Console.WriteLine("answered");
        Lifeline.Hold(static _ => { });
        await host.WaitForShutdownAsync();
    }
}
