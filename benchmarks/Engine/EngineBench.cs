using System.Diagnostics;
using System.Globalization;
using Warren.Benchmarks.Metrics;
using Warren.Harness;
using Warren.Harness.Silos;
using Warren.TestSupport;
using Warren.TestSupport.Certificates;
using Warren.TestSupport.Processes;

namespace Warren.Benchmarks.Engine;

/// <summary>What the engine costs. Each figure is taken in processes of its own, published and tuned as the daemon is.</summary>
internal sealed class EngineBench(Report report, CancellationToken cancellation)
{
    private const int Starts = 7;

    private static readonly TimeSpan s_partLimit = TimeSpan.FromSeconds(60), s_idle = TimeSpan.FromSeconds(12);

    public static IReadOnlyList<Aim> Aims { get; } =
    [
        Aim.AtLeast("engine.local_call_1", 500_000),
        Aim.AtLeast("engine.local_call_64", 1_000_000),
        Aim.AtLeast("engine.remote_call_64", 100_000),
        Aim.AtMost("engine.remote_rtt_p50", 80),
        Aim.AtLeast("engine.sqlite_writes", 10_000),
        Aim.AtLeast("engine.postgres_writes", 10_000),
        Aim.AtMost("engine.activate_50k", 1.5),
        Aim.AtMost("engine.activation_bytes", 2_000),
        Aim.AtMost("engine.start_to_first_call", 0.5),
        Aim.AtMost("engine.idle_rss", 80),
    ];

    private IReadOnlyDictionary<string, Func<Task>> Parts => new Dictionary<string, Func<Task>>
    {
        ["local"] = () => MeasureAsync("local"),
        ["remote"] = RemoteAsync,
        ["sqlite"] = SqliteAsync,
        ["postgres"] = PostgresAsync,
        ["activations"] = () => MeasureAsync("activations"),
        ["start"] = StartAsync,
        ["idle"] = IdleAsync,
    };

    /// <param name="names">The parts to run; none for all.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> names)
    {
        foreach (var name in names.Where(name => !Parts.ContainsKey(name)))
        {
            await Console.Error.WriteLineAsync($"bench: engine has no part '{name}'; it has {string.Join(", ", Parts.Keys)}");
            return 2;
        }

        foreach (var (name, run) in Parts)
        {
            if (names.Count > 0 && !names.Contains(name)) continue;
            cancellation.ThrowIfCancellationRequested();
            await run();
        }

        report.Summarise();
        return 0;
    }

    private async Task RemoteAsync()
    {
        using var folder = TempFolder.Create("bench");
        using var authority = TestAuthority.Create();
        var (port, echoPort) = (LocalPorts.Next(), LocalPorts.Next());
        var echo = echoPort.ToString(CultureInfo.InvariantCulture);
        var silo = new SiloSettings("remote", port, authority.IssueFiles(folder.Path, "silo"));
        await using var process = Children.Start("silo", ["remote-silo", echo], silo);
        await process.LineAsync("active ", s_partLimit, cancellation);
        await MeasureAsync("remote", new SiloSettings("client", port, authority.IssueFiles(folder.Path, "client")), echo);
    }

    private async Task SqliteAsync()
    {
        using var folder = TempFolder.Create("bench");
        await MeasureAsync("writes", new SiloSettings("sqlite", LocalPorts.Next(), Sqlite: folder.File("store.db")));
    }

    private async Task PostgresAsync()
    {
        await using var postgres = await PrivatePostgres.StartNewAsync();
        await MeasureAsync("writes", new SiloSettings("postgres", LocalPorts.Next(), Postgres: await postgres.NewDatabaseAsync()));
    }

    private async Task StartAsync()
    {
        using var folder = TempFolder.Create("bench");
        using var authority = TestAuthority.Create();
        var full = new SiloSettings(
            "starting", LocalPorts.Next(), authority.IssueFiles(folder.Path, "silo"), Sqlite: folder.File("store.db"));
        report.Add("engine.start_to_first_call", await MedianStartAsync(full), "s");
        var bare = new SiloSettings("starting", LocalPorts.Next());
        report.AddContext("engine.start_without_store_and_tls", await MedianStartAsync(bare), "s");
    }

    /// <summary>The first start, which makes the store's file and finds the program on the disk, is not counted.</summary>
    private async Task<double> MedianStartAsync(SiloSettings settings)
    {
        var times = new List<double>();
        for (var i = 0; i <= Starts; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            await using var process = Children.Start("starting silo", ["first-call"], settings);
            await process.LineAsync("answered", s_partLimit, cancellation);
            if (i > 0) times.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
        }

        return Statistics.Median(times);
    }

    private async Task IdleAsync()
    {
        using var folder = TempFolder.Create("bench");
        using var authority = TestAuthority.Create();
        var settings = new SiloSettings("idle", LocalPorts.Next(), authority.IssueFiles(folder.Path, "silo"), Sqlite: folder.File("store.db"));
        await using var process = Children.Start("idle silo", ["first-call"], settings);
        await process.LineAsync("answered", s_partLimit, cancellation);
        await Task.Delay(s_idle, cancellation);
        var status = await File.ReadAllLinesAsync($"/proc/{process.Id}/status", cancellation);
        report.Add("engine.idle_rss", MegabytesOf(status, "VmRSS:"), "MB");
        report.AddContext("engine.idle_rss_without_files", MegabytesOf(status, "RssAnon:"), "MB");
    }

    private static double MegabytesOf(string[] status, string field)
    {
        const double KilobytesPerMegabyte = 1000.0 * 1000 / 1024;
        var line = status.Single(candidate => candidate.StartsWith(field, StringComparison.Ordinal));
        return double.Parse(line[field.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / KilobytesPerMegabyte;
    }

    /// <summary>Lets a child measure, and takes its figures over.</summary>
    private async Task MeasureAsync(string what, SiloSettings? settings = null, params string[] arguments)
    {
        await using var process = Children.Start(
            what,
            ["measure", what, .. arguments],
            settings,
            line =>
            {
                if (Metric.Parse(line) is { } metric) report.Add(metric);
            });
        using var ending = cancellation.Register(() => process.Send(Signal.Kill));
        var code = await process.WaitForExitAsync(s_partLimit);
        cancellation.ThrowIfCancellationRequested();
        if (code != 0) throw process.Failed($"measuring {what} ended with {code?.ToString(CultureInfo.InvariantCulture) ?? $"no result after {s_partLimit}"}");
    }
}
