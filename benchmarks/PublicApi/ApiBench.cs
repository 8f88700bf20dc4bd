using System.Diagnostics;
using System.Globalization;
using Warren.Benchmarks.Metrics;
using Warren.Client;
using Warren.Harness;
using Warren.Harness.Clusters;
using Warren.V1;

namespace Warren.Benchmarks.PublicApi;

/// <summary>What calls of the public API cost: a manager with SQLite, callers on its socket, services without replicas.</summary>
internal sealed class ApiBench(Report report, CancellationToken cancellation)
{
    private const int Listed = 200, Warm = 2_000, Reads = 500, Creates = 500, PerCaller = 60;

    // By its digest, so that no registry is asked for it.
    private static readonly string s_image = "registry.invalid/web@sha256:" + new string('a', 64);

    private int _made;

    public static IReadOnlyList<Aim> Aims { get; } =
    [
        Aim.AtMost("api.create_p50", 2),
        Aim.AtLeast("api.create_rate_16", 1_500),
        Aim.AtMost("api.create_p95_50", 40),
        Aim.AtMost("api.list_200", 4),
        Aim.AtMost("api.get_p95", 2),
    ];

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync()
    {
        await using var cluster = new FoundedCluster();
        await cluster.StartAsync();
        using var client = WarrenClient.ToSocket(cluster.PathOf("m1.sock"));

        // The list is read while there are as many as it is named for; making them warms the manager up.
        await CreateAsync(client, Listed, callers: 4);
        var lists = await TimeAsync(Reads, async () =>
        {
            var answer = await client.Services.ListAsync(new() { Page = new() { Size = Listed } }, cancellationToken: cancellation);
            if (answer.Services.Count != Listed) throw new InvalidOperationException($"The list has {answer.Services.Count} services instead of {Listed}.");
        });
        report.AddContext("api.list_p95", Statistics.Percentile(lists, 0.95), "ms");
        report.Add("api.list_200", Statistics.Median(lists), "ms");
        var number = 0;
        var gets = await TimeAsync(Reads * 4, () => client.Services.GetAsync(new() { Name = Name(number++ % Listed) }, cancellationToken: cancellation).ResponseAsync);
        report.AddContext("api.get_p50", Statistics.Median(gets), "ms");
        report.Add("api.get_p95", Statistics.Percentile(gets, 0.95), "ms");

        await CreateAsync(client, Warm, callers: 16);
        var one = (await CreateAsync(client, Creates, callers: 1)).Times;
        report.AddContext("api.create_p95", Statistics.Percentile(one, 0.95), "ms");
        report.Add("api.create_p50", Statistics.Median(one), "ms");
        var rates = new List<double>();
        for (var round = 0; round < 5; round++) rates.Add((await CreateAsync(client, 16 * PerCaller, callers: 16)).PerSecond);
        report.AddContext("api.create_rate_16_max", rates.Max(), "1/s");
        report.Add("api.create_rate_16", Statistics.Median(rates), "1/s");
        var fifty = (await CreateAsync(client, 50 * PerCaller, callers: 50)).Times;
        report.AddContext("api.create_p50_50", Statistics.Median(fifty), "ms");
        report.Add("api.create_p95_50", Statistics.Percentile(fifty, 0.95), "ms");
        report.AddContext("api.manager_rss", ProcessFigures.ResidentMegabytes(cluster.Manager.Id), "MB");
        return report.Summarise() ? 0 : 1;
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"s{number}");

    private static async Task<List<double>> TimeAsync(int count, Func<System.Threading.Tasks.Task> call)
    {
        for (var i = 0; i < count / 5; i++) await call();
        var times = new List<double>(count);
        for (var i = 0; i < count; i++)
        {
            var called = Stopwatch.GetTimestamp();
            await call();
            times.Add(Stopwatch.GetElapsedTime(called).TotalMilliseconds);
        }

        return times;
    }

    private async Task<(List<double> Times, double PerSecond)> CreateAsync(WarrenClient client, int count, int callers)
    {
        var begin = Stopwatch.GetTimestamp();
        var times = await System.Threading.Tasks.Task.WhenAll(Enumerable.Range(0, callers).Select(_ => CallAsync(count / callers)));
        return ([.. times.SelectMany(own => own)], count / Stopwatch.GetElapsedTime(begin).TotalSeconds);

        async Task<List<double>> CallAsync(int share)
        {
            var own = new List<double>(share);
            for (var i = 0; i < share; i++)
            {
                var spec = new ServiceSpec { Name = Name(Interlocked.Increment(ref _made) - 1), Replicas = 0, Container = new() { Image = s_image } };
                var called = Stopwatch.GetTimestamp();
                await client.Services.CreateAsync(new() { Spec = spec }, cancellationToken: cancellation);
                own.Add(Stopwatch.GetElapsedTime(called).TotalMilliseconds);
            }

            return own;
        }
    }
}
