using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Warren.Agent.Runtime;

namespace Warren.Agent.Health;

/// <summary>
/// Asks the probes of the running containers and tells what changes. Keeps nothing: after a restart the caller says what it knew. A probe
/// never asks twice at once, and two probes do not wait for each other but for a bound on all.
/// </summary>
public sealed partial class HealthMonitor : IAsyncDisposable
{
    private readonly ConcurrentDictionary<ContainerId, Watch> _watches = new();
    private readonly HealthMonitorOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<HealthMonitor> _log;

    // Never disposed: a check that is left behind gives its slot back after the monitor's end. No handle hangs on it.
#pragma warning disable CA2213
    private readonly SemaphoreSlim _slots;
#pragma warning restore CA2213

    private readonly Channel<HealthChange> _changes;

    /// <summary>Makes a monitor that watches nothing yet.</summary>
    /// <exception cref="ArgumentException">An option is wrong; the message names it.</exception>
    public HealthMonitor(HealthMonitorOptions options, TimeProvider time, ILogger<HealthMonitor> log)
    {
        if (options.MaxChecks < 1) throw new ArgumentException($"MaxChecks: must be at least 1, was {options.MaxChecks}", nameof(options));
        if (options.MaxChanges < 1) throw new ArgumentException($"MaxChanges: must be at least 1, was {options.MaxChanges}", nameof(options));
        if (options.EndLimit <= TimeSpan.Zero) throw new ArgumentException($"EndLimit: must be positive, was {options.EndLimit}", nameof(options));
        (_options, _time, _log) = (options, time, log);
        _slots = new SemaphoreSlim(options.MaxChecks);
        _changes = Channel.CreateBounded<HealthChange>(new BoundedChannelOptions(options.MaxChanges) { SingleReader = true });
    }

    /// <summary>What changed, in the order of each probe's answers. For one reader. Ends with the monitor.</summary>
    public ChannelReader<HealthChange> Changes => _changes.Reader;

    /// <summary>Begins to ask a container's probes.</summary>
    /// <exception cref="InvalidOperationException">It is watched already.</exception>
    public void Begin(HealthSubject subject)
    {
        var watch = new Watch(subject, _time.GetUtcNow());
        if (!_watches.TryAdd(subject.Id, watch)) throw new InvalidOperationException($"The health of {subject.Id} is watched already.");
        watch.Running = Task.WhenAll(subject.Probes.Select(probe => RunAsync(watch, probe)));
    }

    /// <summary>Ends it: no check of this container runs and no change is told after this returns. Without such a container it does nothing.</summary>
    public async Task EndAsync(ContainerId id)
    {
        if (!_watches.TryRemove(id, out var watch)) return;
        await watch.Stop.CancelAsync();
        await watch.Running;
        watch.Stop.Dispose();
    }

    /// <summary>What the probes of a container say now; empty if it is not watched or has none.</summary>
    public ImmutableDictionary<ProbeKind, HealthState> Find(ContainerId id) =>
        _watches.TryGetValue(id, out var watch) ? watch.States.ToImmutableDictionary() : ImmutableDictionary<ProbeKind, HealthState>.Empty;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_watches.Keys.Select(EndAsync));
        _changes.Writer.TryComplete();
    }

    private async Task RunAsync(Watch watch, WatchedProbe probe)
    {
        var stop = watch.Stop.Token;
        // A check that does not heed its time-out goes on; no other begins before it has ended.
        Task<ProbeOutcome> running = Task.FromResult(ProbeOutcome.NotAsked(""));
        try
        {
            // Not on the caller's thread, and not before Begin has returned.
            await Task.Yield();
            while (true)
            {
                var state = watch.States[probe.Kind];
                var pause = HealthMachine.PauseBefore(state.NextCheck, probe.Spec, _time.GetUtcNow());
                if (pause > TimeSpan.Zero) await Task.Delay(pause, _time, stop);
                state = HealthMachine.Step(probe.Spec, state, new HealthInput.Begun(), _time.GetUtcNow()).State;
                watch.States[probe.Kind] = state;
                // A timer may be early by a fraction; the machine says when it is time.
                if (!state.IsChecking) continue;
                ProbeOutcome outcome;
                if (running.IsCompleted) (running, outcome) = await CheckAsync(watch.Subject.Id, probe, stop);
                else outcome = ProbeOutcome.Failure("the check before has not ended yet");
                var now = _time.GetUtcNow();
                var step = HealthMachine.Step(probe.Spec, state, new HealthInput.Answered(outcome), now);
                watch.States[probe.Kind] = step.State;
                if (step.Reason is null) continue;
                LogChange(watch.Subject.Id.Value, probe.Kind, state.Status, step.State.Status, step.Reason);
                await _changes.Writer.WriteAsync(new(watch.Subject.Id, probe.Kind, state.Status, step.State.Status, step.Reason, now), stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await EndCheckAsync(watch.Subject.Id, probe.Kind, running);
        }
    }

    private async Task<(Task<ProbeOutcome> Running, ProbeOutcome Outcome)> CheckAsync(ContainerId id, WatchedProbe probe, CancellationToken stop)
    {
        await _slots.WaitAsync(stop);
        using var timeout = new CancellationTokenSource(probe.Spec.Timeout, _time);
        var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        var running = RunCheckAsync(id, probe, either);
        try
        {
            var outcome = await running.WaitAsync(probe.Spec.Timeout + _options.EndLimit, _time, stop);
            if (!outcome.IsSuccess && timeout.IsCancellationRequested) outcome = ProbeOutcome.Failure($"no answer within {Seconds(probe.Spec.Timeout)} s: {outcome.Detail}");
            return (running, outcome);
        }
        catch (TimeoutException)
        {
            return (running, ProbeOutcome.Failure($"no answer within {Seconds(probe.Spec.Timeout)} s, and the check does not end"));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await EndCheckAsync(id, probe.Kind, running);
            throw;
        }
    }

    // Holds its slot for as long as it runs, also beyond its time.
    private async Task<ProbeOutcome> RunCheckAsync(ContainerId id, WatchedProbe probe, CancellationTokenSource limit)
    {
        try
        {
            return await probe.Probe.CheckAsync(limit.Token);
        }
        catch (Exception e) when (e is not OperationCanceledException || !limit.IsCancellationRequested)
        {
            LogBroken(id.Value, probe.Kind, e);
            return ProbeOutcome.Failure($"the check broke: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            return ProbeOutcome.Failure("cancelled");
        }
        finally
        {
            limit.Dispose();
            _slots.Release();
        }
    }

    private async Task EndCheckAsync(ContainerId id, ProbeKind kind, Task<ProbeOutcome> running)
    {
        try
        {
            await running.WaitAsync(_options.EndLimit, _time);
        }
        catch (TimeoutException)
        {
            LogStuck(id.Value, kind, _options.EndLimit);
        }
    }

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture);

    private sealed class Watch
    {
        public Watch(HealthSubject subject, DateTimeOffset now)
        {
            Subject = subject;
            foreach (var probe in subject.Probes)
            {
                var state = HealthMachine.Start(probe.Spec, subject.StartedAt, now, Spread.Of(subject.Id, probe.Kind), probe.Known);
                if (!States.TryAdd(probe.Kind, state)) throw new ArgumentException($"{subject.Id} has two probes of the kind {probe.Kind}", nameof(subject));
            }
        }

        public HealthSubject Subject { get; }

        public ConcurrentDictionary<ProbeKind, HealthState> States { get; } = new();

        public CancellationTokenSource Stop { get; } = new();

        public Task Running { get; set; } = Task.CompletedTask;
    }
}
