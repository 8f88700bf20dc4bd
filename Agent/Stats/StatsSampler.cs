using System.Collections.Concurrent;
using System.Collections.Immutable;
using Warren.Agent.Runtime;
using Warren.Tasks;

namespace Warren.Agent.Stats;

/// <summary>
/// Reads the accounts of a node when somebody asks, once for all who ask at about the same time. A container that cannot be read, or not in time, is said to be so and holds
/// nothing up.
/// </summary>
internal sealed class StatsSampler(IContainerRuntime runtime, Func<NodeReading> readNode, StatsOptions options, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private readonly Lock _gate = new();
    private StatsReading? _last;
    private Task<StatsReading>? _reading;
    private bool _readsTasks;

    /// <summary>How often it was read.</summary>
    public int Readings { get; private set; }

    /// <summary>The last reading; null: there is none, or it is without tasks and they are wanted.</summary>
    public StatsReading? Last(bool withTasks)
    {
        lock (_gate) return _last is { } last && (last.HasTasks || !withTasks) ? last : null;
    }

    /// <summary>How long ago a reading was.</summary>
    public TimeSpan AgeOf(StatsReading reading) => Moment() - reading.Moment;

    /// <summary>Reads, or joins in a reading of somebody else.</summary>
    public Task<StatsReading> ReadAsync(bool withTasks, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_last is { } last && (last.HasTasks || !withTasks) && AgeOf(last) < options.Fresh) return Task.FromResult(last);
            if (_reading is null || (withTasks && !_readsTasks))
            {
                _readsTasks = withTasks;
                _reading = Task.Run(() => ReadNowAsync(withTasks), CancellationToken.None);
            }

            return _reading.WaitAsync(cancellationToken);
        }
    }

    private TimeSpan Moment() => time.GetElapsedTime(_start);

    private async Task<StatsReading> ReadNowAsync(bool withTasks)
    {
        StatsReading? read = null;
        try
        {
            read = new() { Moment = Moment(), At = time.GetUtcNow(), Node = readNode() };
            if (withTasks) read = await ReadTasksAsync(read);
            return read;
        }
        finally
        {
            lock (_gate)
            {
                Readings++;
                if (read is not null && (_last is null || read.Moment >= _last.Moment)) _last = read;
                if (withTasks == _readsTasks) _reading = null;
            }
        }
    }

    private async Task<StatsReading> ReadTasksAsync(StatsReading read)
    {
        using var limit = new CancellationTokenSource(options.ReadLimit, time);
        try
        {
            var tasks = (await runtime.ListAsync(limit.Token).WaitAsync(limit.Token))
                .Where(container => container.State == ContainerState.Running && TaskId.TryParse(container.Id.Value, out _))
                .Select(container => (Task: TaskId.Parse(container.Id.Value), container.Id)).ToArray();
            var readings = new ConcurrentDictionary<TaskId, TaskReading>();
            await Parallel.ForEachAsync(tasks, new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism }, async (task, _) =>
            {
                if (await ReadAsync(task.Id, limit.Token) is { } one) readings[task.Task] = one;
            });
            return read with { HasTasks = true, Tasks = readings.ToImmutableSortedDictionary() };
        }
        catch (OperationCanceledException)
        {
            return read with { HasTasks = true, TasksProblem = "its container runtime does not answer" };
        }
        catch (ContainerRuntimeException failure)
        {
            return read with { HasTasks = true, TasksProblem = failure.Message };
        }
    }

    private async Task<TaskReading?> ReadAsync(ContainerId id, CancellationToken limit)
    {
        try
        {
            var stats = await runtime.GetStatsAsync(id, limit).WaitAsync(limit);
            return new(time.GetElapsedTime(_start, stats.Timestamp), stats, null);
        }
        catch (OperationCanceledException)
        {
            return new(Moment(), null, "its container could not be read in time");
        }
        catch (ContainerRuntimeException failure) when (failure.Fault == RuntimeFault.NotFound)
        {
            // It has ended meanwhile.
            return null;
        }
        catch (Exception failure) when (failure is ContainerRuntimeException or IOException)
        {
            return new(Moment(), null, failure.Message);
        }
    }
}
