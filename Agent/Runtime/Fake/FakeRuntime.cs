using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Warren.Agent.Runtime.Fake;

/// <summary>
/// Pretends to run containers, thousands of them in a few megabytes, for tests of scale. No process is ever started. How a container behaves is said by
/// its image's tag or its environment, see <see cref="FakeBehaviour"/>.
/// </summary>
public sealed partial class FakeRuntime : IContainerRuntime
{
    private const int KillSignal = 9;
    private const int TerminateSignal = 15;
    private const int FirstProcess = 1_000_000;

    // What a timer of .NET takes at most.
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    private readonly Lock _lock = new();
    private readonly FakeRuntimeOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<FakeRuntime> _logger;
    private readonly RuntimeEventHub _events;
    private readonly FakeJournal _journal;
    private readonly Dictionary<string, FakeContainer> _containers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TaskCompletionSource> _changes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ITimer> _timers = new(StringComparer.Ordinal);
    private readonly KeyedLocks _starts = new();
    private int _lastProcess;

    /// <summary>Reads the state file, if there is one, and says in the log that no container really runs.</summary>
    /// <exception cref="IOException">The state file cannot be read or written.</exception>
    public FakeRuntime(FakeRuntimeOptions options, TimeProvider time, ILogger<FakeRuntime> logger)
    {
        _options = options;
        _time = time;
        _logger = logger;
        _events = new(options.WatchCapacity);
        _journal = FakeJournal.Open(options.StateFile, _containers);
        _lastProcess = _containers.Values.Select(container => container.ProcessId ?? 0).Append(FirstProcess).Max();
        LogFake();
        lock (_lock)
        {
            foreach (var container in _containers.Values.ToList()) Arm(container);
        }
    }

    /// <inheritdoc/>
    public Task<RuntimeDescription> DescribeAsync(CancellationToken cancellationToken) =>
        Task.FromResult(new RuntimeDescription("fake", typeof(FakeRuntime).Assembly.GetName().Version?.ToString() ?? "0", IsReal: false));

    /// <inheritdoc/>
    public Task PrepareAsync(ContainerRequest request, CancellationToken cancellationToken)
    {
        var (behaviour, problem) = FakeBehaviour.Of(request.Spec);
        if (behaviour is null) throw new ContainerRuntimeException(RuntimeFault.Invalid, $"{request.Id}: {problem}");
        lock (_lock)
        {
            if (!_containers.TryGetValue(request.Id.Value, out var found))
            {
                Keep(new()
                {
                    Id = request.Id.Value,
                    OwnerLabels = request.OwnerLabels,
                    ImageDigest = request.Image.Digest,
                    Behaviour = behaviour,
                });
                return Task.CompletedTask;
            }
            var wanted = request.OwnerLabels[OwnerLabels.SpecHash];
            var hash = found.OwnerLabels.GetValueOrDefault(OwnerLabels.SpecHash);
            return hash == wanted
                ? Task.CompletedTask
                : throw new ContainerRuntimeException(
                    RuntimeFault.Conflict, $"{request.Id}: there is a container of this name with spec hash {hash ?? "(none)"}, not {wanted}; remove it first");
        }
    }

    /// <inheritdoc/>
    public async Task<ContainerStatus> StartAsync(ContainerId id, CancellationToken cancellationToken)
    {
        using var holder = await _starts.EnterAsync(id.Value, cancellationToken);
        var container = Get(id, "start");
        if (container.StartedAt is not null) return container.ToStatus();
        var delay = container.Behaviour.StartDelay ?? _options.StartDelay;
        if (delay > TimeSpan.Zero) await Task.Delay(delay, _time, cancellationToken);
        lock (_lock)
        {
            container = Get(id, "start");
            if (container.Behaviour.MissingCommand is { } command)
                throw new ContainerRuntimeException(RuntimeFault.Invalid, $"{id}: the command '{command}' does not exist in the image");
            container = container with { ProcessId = ++_lastProcess, StartedAt = _time.GetUtcNow() };
            Keep(container);
            _events.Publish(new(RuntimeEventKind.Started, id));
            Arm(container);
            return _containers[id.Value].ToStatus();
        }
    }

    /// <inheritdoc/>
    public async Task<ContainerExit> WaitAsync(ContainerId id, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task change;
            lock (_lock)
            {
                if (Get(id, "wait for").Exit is { } exit) return exit;
                if (!_changes.TryGetValue(id.Value, out var source))
                    _changes.Add(id.Value, source = new(TaskCreationOptions.RunContinuationsAsynchronously));
                change = source.Task;
            }
            await change.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<ContainerExit?> StopAsync(ContainerId id, int signal, TimeSpan gracePeriod, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_containers.TryGetValue(id.Value, out var container) || container.StartedAt is null) return null;
            if (container.Exit is { } exit) return exit;
            if (gracePeriod <= TimeSpan.Zero) End(container, Killed());
            else if (!container.Behaviour.IsStubborn) End(container, container.OwnExit(_time.GetUtcNow()));
            // Of several stops the shortest kills; the others then find their work done.
            else _ = KillLaterAsync(id, gracePeriod);
        }
        return await WaitAsync(id, cancellationToken);
    }

    /// <inheritdoc/>
    public Task SignalAsync(ContainerId id, int signal, bool allProcesses, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var container = GetRunning(id, "send a signal to");
            if (signal == KillSignal) End(container, Killed());
            else if (signal == TerminateSignal && !container.Behaviour.IsStubborn) End(container, container.OwnExit(_time.GetUtcNow()));
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task RemoveAsync(ContainerId id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_containers.Remove(id.Value)) return Task.CompletedTask;
            Disarm(id.Value);
            _journal.WriteRemoval(id.Value);
            _events.Publish(new(RuntimeEventKind.Removed, id));
            Wake(id.Value);
        }
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<ContainerStatus?> FindAsync(ContainerId id, CancellationToken cancellationToken)
    {
        lock (_lock) return Task.FromResult(_containers.GetValueOrDefault(id.Value)?.ToStatus());
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<ContainerStatus>> ListAsync(CancellationToken cancellationToken)
    {
        lock (_lock) return Task.FromResult(_containers.Values.Select(container => container.ToStatus()).ToImmutableArray());
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<RuntimeEvent> WatchAsync(CancellationToken cancellationToken) => _events.WatchAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IExecSession> ExecAsync(ContainerId id, ExecRequest request, CancellationToken cancellationToken)
    {
        lock (_lock) GetRunning(id, "run a command in");
        return Task.FromResult<IExecSession>(FakeExecSession.Start(id, request, _time));
    }

    /// <inheritdoc/>
    public Task<ContainerStats> GetStatsAsync(ContainerId id, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var container = GetRunning(id, "read the use of");
            var now = _time.GetUtcNow();
            return Task.FromResult(new ContainerStats
            {
                At = now,
                Timestamp = _time.GetTimestamp(),
                // A hundredth of a core and 1 MiB, so that sums show whether all are counted.
                CpuTime = (now - container.StartedAt!.Value) / 100,
                CpuThrottled = TimeSpan.Zero,
                MemoryWithCache = 1024 * 1024,
                Memory = 1024 * 1024,
                BlockRead = 0,
                BlockWritten = 0,
                Pids = 1,
            });
        }
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> SweepAsync(CancellationToken cancellationToken) => Task.FromResult<ImmutableArray<string>>([]);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            foreach (var timer in _timers.Values) timer.Dispose();
            _timers.Clear();
            _events.Close();
            _journal.Dispose();
        }
        return ValueTask.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The fake runtime is in use: no container really runs on this node")]
    private partial void LogFake();

    private FakeContainer Get(ContainerId id, string doing)
    {
        lock (_lock)
        {
            return _containers.GetValueOrDefault(id.Value)
                ?? throw new ContainerRuntimeException(RuntimeFault.NotFound, $"{id}: there is no such container to {doing}");
        }
    }

    private FakeContainer GetRunning(ContainerId id, string doing) =>
        _containers.GetValueOrDefault(id.Value) is { StartedAt: not null, Exit: null } container
            ? container
            : throw new ContainerRuntimeException(RuntimeFault.NotFound, $"{id}: it does not run; there is nothing to {doing}");

    private ContainerExit Killed() => new(128 + KillSignal, _time.GetUtcNow(), false);

    private void Keep(FakeContainer container)
    {
        _containers[container.Id] = container;
        _journal.Write(container);
    }

    private void End(FakeContainer container, ContainerExit exit)
    {
        Disarm(container.Id);
        Keep(container with { Exit = exit });
        var id = new ContainerId(container.Id);
        if (exit.OutOfMemory) _events.Publish(new(RuntimeEventKind.OutOfMemory, id));
        _events.Publish(new(RuntimeEventKind.Exited, id, exit));
        Wake(container.Id);
    }

    // One that was to end while the agent was away has ended then.
    private void Arm(FakeContainer container)
    {
        if (container.EndsAt is not { } end) return;
        var left = end - _time.GetUtcNow();
        if (left <= TimeSpan.Zero)
        {
            End(container, container.OwnExit(end));
            return;
        }
        _timers[container.Id] = _time.CreateTimer(_ => EndByItself(container.Id, container.ProcessId), null, left, Timeout.InfiniteTimeSpan);
    }

    private void EndByItself(string id, int? process)
    {
        lock (_lock)
        {
            if (_containers.GetValueOrDefault(id) is not { EndsAt: { } end } container || container.ProcessId != process || !_timers.ContainsKey(id)) return;

            // A timer may ring early by a fraction.
            var now = _time.GetUtcNow();
            End(container, container.OwnExit(now > end ? now : end));
        }
    }

    private void Disarm(string id)
    {
        if (_timers.Remove(id, out var timer)) timer.Dispose();
    }

    private void Wake(string id)
    {
        if (_changes.Remove(id, out var change)) change.TrySetResult();
    }

    private async Task KillLaterAsync(ContainerId id, TimeSpan gracePeriod)
    {
        await Task.Delay(gracePeriod < s_longestDelay ? gracePeriod : s_longestDelay, _time);
        lock (_lock)
        {
            if (_containers.GetValueOrDefault(id.Value) is { StartedAt: not null, Exit: null } container) End(container, Killed());
        }
    }
}
