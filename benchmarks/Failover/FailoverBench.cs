using Warren.Benchmarks.Metrics;
using Warren.Harness;
using Warren.Harness.Counters;
using Warren.Harness.History;
using Warren.Harness.Silos;

namespace Warren.Benchmarks.Failover;

/// <summary>
/// Three silo processes on PostgreSQL under a constant load of counters: silos are killed, frozen for a moment, and frozen for long. At the
/// end everything that callers were told is compared with every write that the database accepted.
/// </summary>
internal sealed class FailoverBench(Report report, TimeProvider time, CancellationToken interrupted)
{
    private const int Silos = 3, Counters = 96, Kills = 20;

    private static readonly TimeSpan
        s_total = TimeSpan.FromMinutes(8),
        s_pause = TimeSpan.FromMilliseconds(20),
        s_retryDelay = TimeSpan.FromMilliseconds(10),
        s_settle = TimeSpan.FromSeconds(1),
        s_answerLimit = TimeSpan.FromSeconds(30),
        s_shortFreeze = TimeSpan.FromSeconds(4),
        s_afterShortFreeze = TimeSpan.FromSeconds(4),
        s_longFreeze = TimeSpan.FromSeconds(30),
        s_exitLimit = TimeSpan.FromSeconds(20),
        s_poll = TimeSpan.FromMilliseconds(100);

    private readonly HashSet<string> _expectedDead = [];
    private readonly Dictionary<string, DateTimeOffset> _deadSince = [];
    private readonly List<string> _problems = [];

    public static IReadOnlyList<Aim> Aims { get; } =
    [
        Aim.AtMost("failover.recover_p95", 2),
        Aim.Never("failover.lost_acks"),
        Aim.Never("failover.double_runs"),
        Aim.Never("failover.history_gaps"),
        Aim.Never("failover.false_deaths"),
        Aim.Never("failover.stale_writes"),
        Aim.AtMost("failover.self_stop", 10) with { IsPromise = true },
    ];

    /// <returns>The exit code: 1 if a promise was broken.</returns>
    public async Task<int> RunAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        limit.CancelAfter(s_total);
        await using var cluster = await TrialCluster.StartAsync(Silos, PublishedProgram.Path, limit.Token);
        try
        {
            await RunAsync(cluster, limit.Token);
        }
        catch (Exception e) when (!interrupted.IsCancellationRequested)
        {
            _problems.Add(limit.IsCancellationRequested ? $"it took longer than {s_total}" : e.ToString());
        }

        var kept = report.Summarise();
        if (kept && _problems.Count == 0) return 0;
        foreach (var problem in _problems) Console.WriteLine($"PROBLEM {problem}");
        foreach (var line in cluster.LogTails(15)) Console.WriteLine(line);
        return 1;
    }

    private async Task RunAsync(TrialCluster cluster, CancellationToken cancellation)
    {
        HistoryVerdict verdict;
        IReadOnlySet<string> dead;
        await using (var load = CounterLoad.Start(cluster.Client, Counters, s_pause, s_retryDelay, time))
        {
            await load.AllAnswering().WaitAsync(s_answerLimit, time, cancellation);
            await KillAsync(cluster, load, cancellation);
            await FreezeShortlyAsync(cluster, load, cancellation);
            await FreezeForLongAsync(cluster, load, cancellation);
            await load.AllAnswering().WaitAsync(s_answerLimit, time, cancellation);
            await load.StopAsync();
            verdict = HistoryCheck.Run(await cluster.History.ReadAsync(), await cluster.History.ReadStoredAsync(), load.Records, _deadSince);
            report.AddContext("failover.acknowledged", load.Acknowledged, "increments");
            report.AddContext("failover.outcome_unknown", load.Records.Sum(record => record.Unknown), "increments");
            foreach (var (failure, count) in load.Failures) report.AddContext($"failover.failed_with.{failure}", count, "calls");
            dead = await cluster.History.ReadDeadAsync();
        }

        report.Add("failover.lost_acks", verdict.LostAcks, "increments");
        report.Add("failover.double_runs", verdict.DoubleRuns, "writes");
        report.Add("failover.history_gaps", verdict.Gaps, "writes");
        report.Add("failover.false_deaths", dead.Except(_expectedDead).Count(), "silos");
        report.Add("failover.stale_writes", verdict.StaleWrites + await RecordWritesAsync(cluster), "writes");
        _problems.AddRange(verdict.Problems);
    }

    private async Task KillAsync(TrialCluster cluster, CounterLoad load, CancellationToken cancellation)
    {
        var recover = new List<double>();
        var others = new List<double>();
        var start = new List<double>();
        var failedWhileJoining = 0L;
        for (var kill = 0; kill < Kills; kill++)
        {
            var silo = cluster.Silos[kill % Silos];
            _expectedDead.Add(silo.Address);
            var outage = load.BeginOutage(silo.Address);
            await silo.KillAsync();
            await WaitAsync(outage.Over, $"kill {kill + 1}: some counters of {silo.Name} did not answer again", cancellation);
            recover.AddRange(outage.Seconds());
            others.AddRange(outage.SecondsOfOthers());
            Console.WriteLine(
                $"kill {kill + 1,2} of {silo.Name}: {outage.Affected} counters, all back after {outage.Seconds().DefaultIfEmpty(0).Max():F2} s");

            var (failed, begun) = (load.Failed, time.GetTimestamp());
            await silo.StartAsync(cancellation);
            start.Add(time.GetElapsedTime(begun).TotalSeconds);
            await WaitUntilAsync(
                () => load.Records.Any(record => record.LastSilo == silo.Address), $"{silo.Name} took no counters over after its restart", cancellation);
            await Task.Delay(s_settle, time, cancellation);
            failedWhileJoining += load.Failed - failed;
        }

        if (recover.Count == 0)
        {
            _problems.Add("no killed silo had a counter, so nothing was measured");
            return;
        }

        report.Add("failover.recover_p95", Statistics.Percentile(recover, 0.95), "s");
        report.AddContext("failover.recover_p50", Statistics.Median(recover), "s");
        report.AddContext("failover.recover_max", recover.Max(), "s");
        report.AddContext("failover.recoveries", recover.Count, "counters");
        report.AddContext("failover.others_answer_p95", Statistics.Percentile(others, 0.95), "s");
        report.AddContext("failover.others_answer_max", others.Max(), "s");
        report.AddContext("failover.restart_p50", Statistics.Median(start), "s");
        report.AddContext("failover.failed_while_joining", failedWhileJoining, "calls");
    }

    /// <summary>Nobody may be declared dead for this; whether somebody was, the membership table says at the end.</summary>
    private async Task FreezeShortlyAsync(TrialCluster cluster, CounterLoad load, CancellationToken cancellation)
    {
        foreach (var silo in cluster.Silos)
        {
            silo.Freeze();
            await Task.Delay(s_shortFreeze, time, cancellation);
            silo.Thaw();
            await Task.Delay(s_afterShortFreeze, time, cancellation);
            await load.AllAnswering().WaitAsync(s_answerLimit, time, cancellation);
            Console.WriteLine($"froze {silo.Name} for {s_shortFreeze.TotalSeconds} s: {(silo.Process.Exited.IsCompleted ? "it ended" : "it goes on")}");
            if (!silo.Process.Exited.IsCompleted) continue;
            _problems.Add($"{silo.Name} ended with exit code {await silo.Process.Exited} after it was frozen for {s_shortFreeze.TotalSeconds} s");
            await silo.ForgetAsync();
            await silo.StartAsync(cancellation);
        }
    }

    private async Task FreezeForLongAsync(TrialCluster cluster, CounterLoad load, CancellationToken cancellation)
    {
        var silo = cluster.Silos[0];
        var address = silo.Address;
        var counters = load.Records.Where(record => record.LastSilo == address).Select(record => record.Counter).ToList();
        if (counters.Count == 0) _problems.Add($"{silo.Name} had no counters when it was frozen, so nothing was proved");
        else await silo.Process.TellAsync($"write {string.Join(',', counters)}");
        await Task.Delay(s_settle, time, cancellation);

        _expectedDead.Add(address);
        var (begun, outage) = (time.GetTimestamp(), load.BeginOutage(address));
        silo.Freeze();
        await WaitUntilAsync(
            async () => (await cluster.History.ReadDeadAsync()).Contains(address), $"{silo.Name} was not declared dead while it was frozen", cancellation);
        report.AddContext("failover.frozen_declared_dead", time.GetElapsedTime(begun).TotalSeconds, "s");
        _deadSince[address] = time.GetUtcNow();
        await WaitAsync(outage.Over, $"some counters of {silo.Name} did not answer while it was frozen", cancellation);
        report.AddContext("failover.frozen_recover_max", outage.Seconds().DefaultIfEmpty(0).Max(), "s");
        var left = s_longFreeze - time.GetElapsedTime(begun);
        if (left > TimeSpan.Zero) await Task.Delay(left, time, cancellation);

        var resumed = time.GetTimestamp();
        silo.Thaw();
        var exit = await silo.Process.WaitForExitAsync(s_exitLimit);
        report.Add("failover.self_stop", exit is null ? double.PositiveInfinity : time.GetElapsedTime(resumed).TotalSeconds, "s");
        var attempts = (await File.ReadAllLinesAsync(silo.LogFile, cancellation)).Count(line => line.StartsWith("attempt ", StringComparison.Ordinal));
        report.AddContext("failover.stale_attempts", attempts, "writes");
        Console.WriteLine($"froze {silo.Name} for {s_longFreeze.TotalSeconds} s: it tried {attempts} writes afterwards and ended with exit code {exit}");
        if (attempts == 0) _problems.Add($"{silo.Name} tried no write after it was frozen, so nothing was proved");
        if (exit == 0) _problems.Add($"{silo.Name} ended with exit code 0, as if all were well, after it had been declared dead");
        await silo.ForgetAsync();
        await silo.StartAsync(cancellation);
    }

    private async Task<long> RecordWritesAsync(TrialCluster cluster)
    {
        var count = 0L;
        foreach (var (silo, since) in _deadSince) count += await cluster.History.CountRecordWritesAsync(silo, since);
        return count;
    }

    private async Task WaitAsync(Task task, string problem, CancellationToken cancellation)
    {
        try
        {
            await task.WaitAsync(s_answerLimit, time, cancellation);
        }
        catch (TimeoutException)
        {
            _problems.Add($"{problem} within {s_answerLimit.TotalSeconds} s");
        }
    }

    private Task WaitUntilAsync(Func<bool> holds, string problem, CancellationToken cancellation) =>
        WaitUntilAsync(() => Task.FromResult(holds()), problem, cancellation);

    /// <summary>Asks again and again: neither another process nor a database tells when it changes.</summary>
    private async Task WaitUntilAsync(Func<Task<bool>> holds, string problem, CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        while (!await holds())
        {
            if (time.GetElapsedTime(begun) > s_answerLimit)
            {
                _problems.Add($"{problem} within {s_answerLimit.TotalSeconds} s");
                return;
            }

            await Task.Delay(s_poll, time, cancellation);
        }
    }
}
