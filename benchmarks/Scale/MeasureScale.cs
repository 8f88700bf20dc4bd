using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Warren.Benchmarks.Metrics;
using Warren.Harness;
using Warren.Harness.Clusters;
using Warren.Services;

namespace Warren.Benchmarks.Scale;

/// <summary>From nothing to all tasks running, then at rest.</summary>
internal static class MeasureScale
{
    private const int Callers = 16, ReadyCalls = 300;

    private static readonly TimeSpan s_ready = TimeSpan.FromSeconds(3), s_limit = TimeSpan.FromMinutes(5), s_settle = TimeSpan.FromSeconds(20), s_rest = TimeSpan.FromSeconds(60), s_look = TimeSpan.FromMilliseconds(20);

    public static async Task RunAsync(Report report, ScaleSize size, CancellationToken cancellation)
    {
        await MakeCallerReadyAsync(cancellation);
        await using var cluster = new RealCluster();
        await cluster.StartAsync(workers: 0);
        var files = cluster.IssueFiles("agents");
        await using var agents = Children.Start(
            "agents",
            [FakeAgents.Role, cluster.Endpoint.ToString(), files.Certificate, files.Key, files.Authority, size.Nodes.ToString(CultureInfo.InvariantCulture)]);
        await agents.LineAsync("registered", s_limit, cancellation);

        await Task.Delay(s_ready, cancellation);
        var names = Enumerable.Range(0, size.Services).Select(i => new ServiceName("s" + i.ToString(CultureInfo.InvariantCulture))).ToArray();
        var times = new ConcurrentBag<double>();
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            names,
            new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = cancellation },
            async (name, _) =>
            {
                var called = Stopwatch.GetTimestamp();
                await cluster.Client.Service(name).ApplyAsync(TestSpecs.Sleeper(name.Value, size.Replicas));
                times.Add(Stopwatch.GetElapsedTime(called).TotalMilliseconds);
            });
        report.AddContext(size.Name + ".create_p50", Statistics.Median(times), "ms");
        report.Add(size.Name + ".create_p99", Statistics.Percentile(times, 0.99), "ms");
        report.AddContext(size.Name + ".create_all", Stopwatch.GetElapsedTime(started).TotalSeconds, "s");
        await agents.LineAsync(string.Create(CultureInfo.InvariantCulture, $"running {size.Tasks}"), s_limit, cancellation);
        var elapsed = Stopwatch.GetElapsedTime(started);
        report.Add(size.Name + ".tasks_per_s", size.Tasks / elapsed.TotalSeconds, "tasks/s");
        report.Add(size.Name + ".manager_rss", ProcessFigures.ResidentMegabytes(cluster.ManagerProcess), "MB");

        // That the manager knows it too.
        await Task.Delay(s_settle, cancellation);
        var running = 0;
        foreach (var name in names)
        {
            if (await cluster.Client.Service(name).GetAsync() is { } status) running += ClusterClient.Running(status).Count();
        }

        report.Add(size.Name + ".not_running", size.Tasks - running, "tasks");

        var before = ProcessFigures.ProcessorTime(cluster.ManagerProcess);
        var commits = await CountCommitsAsync(Path.Combine(cluster.ManagerFolder, "store.db"), cancellation);
        report.Add(
            size.Name + ".rest_cpu", 100 * (ProcessFigures.ProcessorTime(cluster.ManagerProcess) - before).TotalSeconds / s_rest.TotalSeconds, "%");
        report.Add(size.Name + ".rest_writes", commits / s_rest.TotalSeconds, "writes/s");
        report.AddContext(size.Name + ".rest_rss", ProcessFigures.ResidentMegabytes(cluster.ManagerProcess), "MB");
        agents.EndInput();
        await agents.WaitForExitAsync(s_limit);
    }

    /// <summary>
    /// Makes services on another cluster: what is measured is what the manager does, from its first call on, and not what this program has to compile for its own.
    /// </summary>
    private static async Task MakeCallerReadyAsync(CancellationToken cancellation)
    {
        await using var cluster = new RealCluster();
        await cluster.StartAsync(workers: 0);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, ReadyCalls),
            new ParallelOptions { MaxDegreeOfParallelism = Callers, CancellationToken = cancellation },
            async (number, _) =>
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"ready{number}");
                await cluster.Client.Service(new(name)).ApplyAsync(TestSpecs.Sleeper(name, 1));
                await cluster.Client.Service(new(name)).GetAsync();
            });
        await Task.Delay(s_ready, cancellation);
    }

    /// <summary>How often the store's file is written while it is looked at; by what SQLite tells another reader, which costs the manager nothing.</summary>
    private static async Task<int> CountCommitsAsync(string file, CancellationToken cancellation)
    {
        await using var connection = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync(cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA data_version";
        var (commits, last) = (0, await command.ExecuteScalarAsync(cancellation));
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < s_rest;)
        {
            await Task.Delay(s_look, cancellation);
            var version = await command.ExecuteScalarAsync(cancellation);
            if (!Equals(version, last)) commits++;
            last = version;
        }

        return commits;
    }
}
