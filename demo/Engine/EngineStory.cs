using System.Globalization;
using Warren.Harness.Counters;
using Warren.Harness.History;
using Warren.Harness.Silos;

namespace Warren.Demo.Engine;

/// <summary>Three managers, one of which is killed and comes back, and one of which leaves, while counters go on counting.</summary>
internal sealed class EngineStory(Narrator narrator, TimeProvider time, CancellationToken interrupted)
{
    private const int Managers = 3, Counters = 60;

    private static readonly TimeSpan
        s_total = TimeSpan.FromMinutes(2),
        s_pause = TimeSpan.FromMilliseconds(20),
        s_retryDelay = TimeSpan.FromMilliseconds(10),
        s_watch = TimeSpan.FromSeconds(3),
        s_poll = TimeSpan.FromMilliseconds(50),
        s_answerLimit = TimeSpan.FromSeconds(30);

    /// <summary>Tells it.</summary>
    /// <exception cref="DemoFailedException">Something was lost.</exception>
    public async Task TellAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        limit.CancelAfter(s_total);
        narrator.Say($"Starting a PostgreSQL server of its own and {Managers} managers, which trust each other by certificates (mutual TLS).");
        await using var cluster = await TrialCluster.StartAsync(Managers, PublishedProgram.Path, limit.Token);
        narrator.Say($"All are up: {string.Join(", ", cluster.Silos.Select(silo => $"{silo.Name} is process {silo.Process.Id}"))}.");
        await using var load = CounterLoad.Start(cluster.Client, Counters, s_pause, s_retryDelay, time);
        await load.AllAnswering().WaitAsync(s_answerLimit, time, limit.Token);
        narrator.Say(
            $"{Counters} counters live on them, each on exactly one. Each has a caller who adds one again and again; "
            + "a caller gets its answer when the new number is safe in the database.");
        await Task.Delay(s_watch, time, limit.Token);
        ShowOwners(cluster, load);
        await KillAsync(cluster.Silos[1], load, limit.Token);
        ShowOwners(cluster, load);
        await ReturnAsync(cluster.Silos[1], load, limit.Token);
        ShowOwners(cluster, load);
        var stoppedCleanly = await StopAsync(cluster.Silos[2], load, limit.Token);
        ShowOwners(cluster, load);
        await load.StopAsync();
        if (!await CountAsync(cluster, load)) throw new DemoFailedException("something was lost, see above");
        if (!stoppedCleanly) throw new DemoFailedException("calls failed while a manager left, see above");
        narrator.Say("Nothing was lost.");
    }

    private async Task KillAsync(TrialSilo silo, CounterLoad load, CancellationToken cancellation)
    {
        var failed = load.Failed;
        narrator.Say($"Now a power cut, or as good as one: kill -9 {silo.Process.Id}. {silo.Name} is gone, and nobody was told.");
        var outage = load.BeginOutage(silo.Address);
        await silo.KillAsync();
        await outage.Over.WaitAsync(s_answerLimit, time, cancellation);
        var back = outage.Seconds();
        narrator.Say(
            $"The others noticed, declared it dead, and its {outage.Affected} counters answer again elsewhere: "
            + $"the first after {Milliseconds(back.Min())}, the last after {Milliseconds(back.Max())}. {load.Failed - failed} calls failed meanwhile, "
            + "and their callers tried again.");
        await Task.Delay(s_watch, time, cancellation);
    }

    private async Task ReturnAsync(TrialSilo silo, CounterLoad load, CancellationToken cancellation)
    {
        var (failed, begun) = (load.Failed, time.GetTimestamp());
        narrator.Say($"{silo.Name} is started again.");
        await silo.StartAsync(cancellation);
        var started = time.GetElapsedTime(begun);
        begun = time.GetTimestamp();
        while (load.Records.All(record => record.LastSilo != silo.Address))
        {
            if (time.GetElapsedTime(begun) > s_answerLimit) throw new TimeoutException($"{silo.Name} took no counters over.");
            await Task.Delay(s_poll, time, cancellation);
        }

        await Task.Delay(s_watch, time, cancellation);
        narrator.Say(
            $"It was back after {Milliseconds(started.TotalSeconds)}, and the others handed it its share of the counters. "
            + $"Calls that failed while it joined: {load.Failed - failed}.");
    }

    private async Task<bool> StopAsync(TrialSilo silo, CounterLoad load, CancellationToken cancellation)
    {
        var (failed, begun) = (load.Failed, time.GetTimestamp());
        narrator.Say($"{silo.Name} is asked to stop, as for an upgrade: it hands its counters over before it leaves.");
        await silo.StopAsync();
        var stopped = time.GetElapsedTime(begun);
        await Task.Delay(s_watch, time, cancellation);
        var failures = load.Failed - failed;
        narrator.Say($"It left after {Milliseconds(stopped.TotalSeconds)}. Calls that failed: {failures}.");
        return failures == 0;
    }

    private async Task<bool> CountAsync(TrialCluster cluster, CounterLoad load)
    {
        narrator.Say("The callers stop. The database noted each write that it accepted; this is compared with what each caller was told.");
        var history = await cluster.History.ReadAsync();
        var verdict = HistoryCheck.Run(history, await cluster.History.ReadStoredAsync(), load.Records, new Dictionary<string, DateTimeOffset>());
        narrator.Add($"increments acknowledged to callers:   {Number(load.Acknowledged),9}");
        narrator.Add($"increments in the database:           {Number(history.Count),9}");
        narrator.Add($"acknowledged, but not there:          {Number(verdict.LostAcks),9}");
        narrator.Add($"signs of one counter in two places:   {Number(verdict.DoubleRuns + verdict.Gaps),9}");
        foreach (var problem in verdict.Problems) narrator.Add(problem);
        return verdict.IsClean;
    }

    private void ShowOwners(TrialCluster cluster, CounterLoad load) => narrator.Bars(cluster.Silos.Select(silo =>
    {
        var count = load.Records.Count(record => record.LastSilo == silo.Address);
        return (silo.Name, count, silo.IsRunning ? "" : "not running");
    }));

    private static string Milliseconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:F0} ms");

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
