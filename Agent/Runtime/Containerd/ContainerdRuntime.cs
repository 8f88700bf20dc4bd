using System.Collections.Concurrent;
using System.Collections.Immutable;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Logging;
using Warren.Agent.Runtime.Kernel;

namespace Warren.Agent.Runtime.Containerd;

/// <summary>
/// Runs containers by containerd and runc. What is the case is read from containerd each time; kept in memory is only what spares a call. Making the
/// object starts listening to containerd, which need not be there yet.
/// </summary>
public sealed class ContainerdRuntime : IContainerRuntime
{
    private const int ParallelLooks = 8;

    private readonly ContainerdContext _context;
    private readonly ContainerdRecords _records;
    private readonly ContainerdClearing _clearing;
    private readonly ContainerdSettling _settling;
    private readonly ContainerdPreparation _preparation;
    private readonly ContainerdStarting _starting;
    private readonly ContainerdStopping _stopping;
    private readonly ContainerdExecs _execs;
    private readonly ContainerdSweep _sweep;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _foreign = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _lifetime = new();
    private readonly Task _listening;

    /// <summary>Begins to listen.</summary>
    public ContainerdRuntime(ContainerdOptions options, TimeProvider time, ILogger<ContainerdRuntime> logger)
    {
        _context = new(options, time, logger);
        _records = new(_context);
        _clearing = new(_context, _records);
        _settling = new(_context, _records, _clearing);
        _preparation = new(_context, _records, _clearing);
        _starting = new(_context, _records, _clearing, _preparation, _settling);
        _stopping = new(_context, _clearing, _settling, WaitAsync, _lifetime.Token);
        _execs = new(_context, () => _preparation.Node);
        _sweep = new(_context, _records, _clearing, _execs);
        var pump = new ContainerdEventPump(_context, _settling, ListAsync);
        _listening = Task.Run(() => pump.RunAsync(_lifetime.Token));
    }

    /// <inheritdoc/>
    public Task<RuntimeDescription> DescribeAsync(CancellationToken cancellationToken) => CallAsync("asking containerd for its version", async () =>
    {
        var answer = await _context.Connection.Version.VersionAsync(new Empty(), _context.Connection.Short(cancellationToken));
        return new RuntimeDescription("containerd", answer.Version, IsReal: true);
    }, cancellationToken);

    /// <inheritdoc/>
    public Task PrepareAsync(ContainerRequest request, CancellationToken cancellationToken)
    {
        if (!request.OwnerLabels.ContainsKey(OwnerLabels.SpecHash))
            throw new ArgumentException($"The request for {request.Id} has no label {OwnerLabels.SpecHash}.", nameof(request));
        if (request.OwnerLabels.Keys.FirstOrDefault(name =>
            !name.StartsWith(OwnerLabels.Prefix, StringComparison.Ordinal) || name.StartsWith(ContainerLabels.Prefix, StringComparison.Ordinal)) is { } wrong)
        {
            throw new ArgumentException($"Owner labels begin with {OwnerLabels.Prefix} and not with {ContainerLabels.Prefix}; '{wrong}' does not.", nameof(request));
        }
        return LockedAsync(request.Id, "making it", async () =>
        {
            await _preparation.PrepareAsync(request, cancellationToken);
            return true;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<ContainerStatus> StartAsync(ContainerId id, CancellationToken cancellationToken) =>
        LockedAsync(id, "starting it", () => _starting.StartAsync(id, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task<ContainerExit> WaitAsync(ContainerId id, CancellationToken cancellationToken)
    {
        while (true)
        {
            var signal = _settling.Signals.Next(id.Value);
            try
            {
                var view = await _settling.ViewSettledAsync(id.Value, cancellationToken)
                    ?? throw new ContainerRuntimeException(RuntimeFault.NotFound, $"{id}: there is no such container to wait for");
                if (view.RecordedExit is { } exit) return exit;
            }
            catch (RpcException exception) when (ContainerdErrors.IsUnavailable(exception))
            {
                // When containerd is back all who wait are woken; one that was only slow has never been away.
                await Task.WhenAny(signal, Task.Delay(_context.Options.MaxReconnectDelay, _context.Time, cancellationToken));
                cancellationToken.ThrowIfCancellationRequested();
                continue;
            }
            catch (RpcException exception) when (!ContainerdErrors.IsCancelled(exception, cancellationToken))
            {
                throw ContainerdErrors.Translate(exception, $"{id}: waiting for its end");
            }
            await signal.WaitAsync(cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task<ContainerExit?> StopAsync(ContainerId id, int signal, TimeSpan gracePeriod, CancellationToken cancellationToken) =>
        CallAsync($"{id}: stopping it", () => _stopping.StopAsync(id, signal, gracePeriod, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task SignalAsync(ContainerId id, int signal, bool allProcesses, CancellationToken cancellationToken) =>
        CallAsync($"{id}: sending it signal {signal}", async () =>
        {
            if (!await _stopping.SignalAsync(id, signal, allProcesses, cancellationToken)) throw NotRunning(id, "send a signal to");
            return true;
        }, cancellationToken);

    /// <inheritdoc/>
    public Task RemoveAsync(ContainerId id, CancellationToken cancellationToken) => LockedAsync(id, "removing it", async () =>
    {
        _preparation.TakePrepared(id.Value);
        await _clearing.RemoveAsync(id.Value, looksForShims: false, cancellationToken);
        _settling.Forget(id.Value);
        return true;
    }, cancellationToken);

    /// <inheritdoc/>
    public Task<ContainerStatus?> FindAsync(ContainerId id, CancellationToken cancellationToken) => CallAsync($"{id}: looking at it", async () =>
        (await _settling.ViewSettledAsync(id.Value, cancellationToken))?.ToStatus(id), cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<ContainerStatus>> ListAsync(CancellationToken cancellationToken) => CallAsync("listing the containers", async () =>
    {
        // Tasks first, for the reason that ContainerdRecords.ViewAsync gives.
        var tasks = await _records.ListTasksAsync(cancellationToken);
        var views = new List<ContainerView>();
        await foreach (var record in _records.ListRecordsAsync(cancellationToken)) views.Add(_records.View(record, tasks.GetValueOrDefault(record.Id)));

        var statuses = new ConcurrentBag<ContainerStatus>();
        var looks = new ParallelOptions { MaxDegreeOfParallelism = ParallelLooks, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(views, looks, async (view, token) =>
        {
            if (!ContainerId.TryParse(view.Record.Id, out var id))
            {
                await RemoveForeignAsync(view.Record.Id, token);
                return;
            }
            var settled = ContainerdSettling.IsSettled(view) ? view : await _settling.SettleAsync(id.Value, token);
            if (settled is not null) statuses.Add(settled.ToStatus(id));
        });
        return statuses.OrderBy(status => status.Id.Value, StringComparer.Ordinal).ToImmutableArray();
    }, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<RuntimeEvent> WatchAsync(CancellationToken cancellationToken) => _context.Events.WatchAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IExecSession> ExecAsync(ContainerId id, ExecRequest request, CancellationToken cancellationToken) =>
        CallAsync($"{id}: exec", async () => await _execs.StartAsync(id, await FindRunningAsync(id, "run a command in", cancellationToken), request, cancellationToken),
            cancellationToken);

    /// <inheritdoc/>
    public Task<ContainerStats> GetStatsAsync(ContainerId id, CancellationToken cancellationToken) => CallAsync($"{id}: reading what it uses", async () =>
    {
        var view = await FindRunningAsync(id, "read the use of", cancellationToken);
        var timestamp = _context.Time.GetTimestamp();
        var use = _context.Cgroups.ReadUse(_context.CgroupOf(id.Value)) ?? throw NotRunning(id, "read the use of");
        var network = ReadNetwork(id, (int)view.Task!.Pid);
        return new ContainerStats
        {
            At = _context.Time.GetUtcNow(),
            Timestamp = timestamp,
            CpuTime = use.CpuTime,
            CpuThrottled = use.CpuThrottled,
            MemoryWithCache = use.MemoryWithCache,
            Memory = Math.Max(use.MemoryWithCache - use.InactiveFileCache, 0),
            MemoryLimit = use.MemoryLimit,
            NetworkReceived = network?.Received,
            NetworkSent = network?.Sent,
            BlockRead = use.BlockRead,
            BlockWritten = use.BlockWritten,
            Pids = use.Pids,
            PidsLimit = use.PidsLimit,
        };
    }, cancellationToken);

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> SweepAsync(CancellationToken cancellationToken) => CallAsync("sweeping up", async () =>
        (await _sweep.RunAsync(cancellationToken)).ToImmutableArray(), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_lifetime.IsCancellationRequested) return;
        await _lifetime.CancelAsync();
        await _listening;
        _context.Dispose();
        _lifetime.Dispose();
    }

    private static NetworkCounters? ReadNetwork(ContainerId id, int process)
    {
        try
        {
            return NetworkCounters.OfProcess(process);
        }
        catch (IOException exception)
        {
            throw new ContainerRuntimeException(RuntimeFault.NotFound, $"{id}: it ended while its use was read", exception);
        }
    }

    private static ContainerRuntimeException NotRunning(ContainerId id, string doing) => new(RuntimeFault.NotFound, $"{id}: it does not run; there is nothing to {doing}");

    private async Task<ContainerView> FindRunningAsync(ContainerId id, string doing, CancellationToken cancellationToken)
    {
        var view = await _settling.ViewSettledAsync(id.Value, cancellationToken);
        return view is { Finding: ContainerFinding.Running, Task.Pid: > 0 } ? view : throw NotRunning(id, doing);
    }

    private async Task RemoveForeignAsync(string id, CancellationToken cancellationToken)
    {
        var now = _context.Time.GetUtcNow();
        var grace = _context.Options.ForeignGracePeriod;
        if (_foreign.TryAdd(id, now) && grace > TimeSpan.Zero) _context.Log.ForeignFound(id, _context.Options.Namespace, grace);
        if (now - _foreign[id] < grace) return;
        using var holder = await _context.Locks.EnterAsync(id, cancellationToken);
        await _clearing.RemoveAsync(id, looksForShims: true, cancellationToken);
        _foreign.TryRemove(id, out _);
        _context.Log.ForeignRemoved(id, _context.Options.Namespace);
    }

    private async Task<T> LockedAsync<T>(ContainerId id, string doing, Func<Task<T>> action, CancellationToken cancellationToken)
    {
        using var holder = await _context.Locks.EnterAsync(id.Value, cancellationToken);
        return await CallAsync($"{id}: {doing}", action, cancellationToken);
    }

    private static async Task<T> CallAsync<T>(string doing, Func<Task<T>> action, CancellationToken cancellationToken)
    {
        try
        {
            return await action();
        }
        catch (RpcException exception) when (ContainerdErrors.IsCancelled(exception, cancellationToken))
        {
            throw new OperationCanceledException(exception.Message, exception, cancellationToken);
        }
        catch (RpcException exception)
        {
            throw ContainerdErrors.Translate(exception, doing);
        }
        catch (IOException exception)
        {
            throw new ContainerRuntimeException(RuntimeFault.Failed, $"{doing} failed: {exception.Message}", exception);
        }
    }
}
