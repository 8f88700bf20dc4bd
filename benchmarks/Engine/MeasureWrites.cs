using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Warren.Benchmarks.Engine.Grains;
using Warren.Benchmarks.Metrics;
using Warren.Harness.Silos;

namespace Warren.Benchmarks.Engine;

/// <summary>64 grains of one silo that each write their state again and again, durable each time.</summary>
internal static class MeasureWrites
{
    private const int Grains = 64;

    public static async Task RunAsync(Report report)
    {
        var settings = SiloSettings.FromEnvironment();
        using var host = TrialHosts.Silo(settings).Build();
        await host.StartAsync();
        var grains = host.Services.GetRequiredService<IGrainFactory>();
        IWriterGrain[] targets = [.. Enumerable.Range(0, Grains).Select(key => grains.GetGrain<IWriterGrain>(key))];
        var rate = await ClosedLoop.MeasureAsync(
            Grains, caller => new ValueTask(targets[caller].WriteAsync()), TimeSpan.FromSeconds(2), rounds: 5, TimeSpan.FromSeconds(1.5));
        report.Add(settings.Postgres is null ? "engine.sqlite_writes" : "engine.postgres_writes", rate, "writes/s");
        await host.StopAsync();
        if (settings.Postgres is { } postgres) report.AddContext("engine.postgres_commits_1", await CommitsAsync(postgres), "commits/s");
        else report.AddContext("engine.disk_flushes", Flushes(Path.GetDirectoryName(settings.Sqlite)!), "flushes/s");
    }

    /// <summary>How often a page can be appended to a file and forced to the disk, one after the other.</summary>
    private static double Flushes(string folder)
    {
        using var file = File.OpenHandle(Path.Combine(folder, "flushes"), FileMode.Create, FileAccess.Write);
        var page = new byte[4096];
        var begun = Stopwatch.GetTimestamp();
        var count = 0;
        while (Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(1))
        {
            RandomAccess.Write(file, page, (long)count * page.Length);
            RandomAccess.FlushToDisk(file);
            count++;
        }

        return count / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }

    /// <summary>How often one connection can change a row and commit, one after the other.</summary>
    private static async Task<double> CommitsAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using (var make = new NpgsqlCommand("CREATE TABLE trial_commits AS SELECT 0 AS number", connection)) await make.ExecuteNonQueryAsync();
        await using var change = new NpgsqlCommand("UPDATE trial_commits SET number = number + 1", connection);
        await change.PrepareAsync();
        var begun = Stopwatch.GetTimestamp();
        var count = 0;
        while (Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(1))
        {
            await change.ExecuteNonQueryAsync();
            count++;
        }

        return count / Stopwatch.GetElapsedTime(begun).TotalSeconds;
    }
}
