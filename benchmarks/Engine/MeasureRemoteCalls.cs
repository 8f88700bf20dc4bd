using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Warren.Benchmarks.Engine.Grains;
using Warren.Benchmarks.Metrics;
using Warren.Harness;
using Warren.Harness.Silos;

namespace Warren.Benchmarks.Engine;

/// <summary>Calls from a client process to a silo process, over mutual TLS.</summary>
internal static class MeasureRemoteCalls
{
    private const int Callers = 64, SingleCalls = 30_000, EchoMessages = 20_000;

    /// <summary>The silo's process: a silo, and beside it <see cref="TlsEcho"/>.</summary>
    public static async Task ServeAsync(int echoPort)
    {
        var settings = SiloSettings.FromEnvironment();
        var echo = TlsEcho.ServeAsync(echoPort, settings.Certificates!);
        await SiloChild.RunAsync();
        await echo;
    }

    /// <summary>The client's process. Its settings name the silo's port and the client's certificate.</summary>
    public static async Task RunAsync(Report report, int echoPort)
    {
        var settings = SiloSettings.FromEnvironment();
        using var host = TrialHosts.Client(settings.Certificates, settings.Port).Build();
        await host.StartAsync();
        var grains = host.Services.GetRequiredService<IClusterClient>();
        IPingGrain[] targets = [.. Enumerable.Range(0, Callers).Select(key => grains.GetGrain<IPingGrain>(key))];
        var rate = await ClosedLoop.MeasureAsync(
            Callers, caller => targets[caller].PingAsync(), TimeSpan.FromSeconds(4), rounds: 5, TimeSpan.FromSeconds(1));
        report.Add("engine.remote_call_64", rate, "calls/s");

        var times = new List<double>(SingleCalls);
        for (var i = -SingleCalls / 4; i < SingleCalls; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            await targets[0].PingAsync();
            if (i >= 0) times.Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
        }

        report.Add("engine.remote_rtt_p50", Statistics.Median(times), "us");
        report.AddContext("engine.remote_rtt_p99", Statistics.Percentile(times, 0.99), "us");
        report.AddContext("engine.raw_tls_rtt_p50", await TlsEcho.MedianMicrosecondsAsync(echoPort, settings.Certificates!, EchoMessages), "us");
        await host.StopAsync();
    }
}
