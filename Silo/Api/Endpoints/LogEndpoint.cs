using System.Threading.Channels;
using Grpc.Core;
using Warren.Logs;
using Warren.Services;
using Warren.Silo.Api.Hosting;
using Warren.Silo.Api.Logs;
using Warren.Silo.Api.Mapping;
using Warren.Silo.Stores;
using Warren.Tasks;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Endpoints;

/// <summary>The output of tasks, for callers.</summary>
internal sealed class LogEndpoint(IGrainFactory grains, TimeProvider time, ApiLifetime lifetime) : Proto.LogApi.LogApiBase
{
    // So many lines wait for a caller that follows several tasks.
    private const int Waiting = 256;

    // How often it is looked for tasks that are new, while someone follows.
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(500);

    private readonly TaskLog _logs = new(grains, time);

    public override async Task Stream(Proto.StreamLogsRequest request, IServerStreamWriter<Proto.LogLine> responseStream, ServerCallContext context)
    {
        var (service, task, wanted) = Read(request);
        await FindAsync(service, task);
        using var ending = new CallEnding(context, lifetime);
        try
        {
            // So that the caller knows that it follows, however long nothing is written.
            await context.WriteResponseHeadersAsync([]);
            if (request.Follow) await FollowAsync(service, task, wanted, responseStream, ending.Source);
            else await ShowAsync(service, task, wanted, responseStream, ending.Token);
        }
        catch (OperationCanceledException) when (ending.Status is not null)
        {
            throw ending.Status;
        }
    }

    private static (ServiceName Service, TaskId? Task, LogRequest Wanted) Read(Proto.StreamLogsRequest request)
    {
        var problems = new FieldProblems();
        if (request.HasTask == request.HasService) problems.Add("task", "exactly one of task and service must be given");
        if (request is { HasTail: true, Tail: < 0 }) problems.Add("tail", $"must be at least 0, was {request.Tail}");
        problems.ThrowIfAny("the request");
        var task = request.HasTask ? Names.Task(request.Task) : default(TaskId?);
        return (task?.Service ?? Names.Service(request.Service), task, new()
        {
            // Which task is said for each.
            Task = task ?? default,
            Follow = request.Follow,
            Tail = request.HasTail ? request.Tail : null,
            Since = request.Since?.ToDateTimeOffset(),
        });
    }

    // What has never run has written nothing, and has no log that could be waited for.
    private static bool HasRun(TaskRecord task) => task.Node is not null && task.Observed.State >= TaskState.Running;

    private async Task<IReadOnlyList<TaskRecord>> FindAsync(ServiceName service, TaskId? task)
    {
        var status = await grains.GetGrain<IServiceGrain>(service.Value).GetAsync();
        if (task is null) return status?.Tasks ?? throw new NotFoundException($"there is no service {service}");
        return status?.Tasks.FirstOrDefault(known => known.Id == task) is { } found ? [found] : throw new NotFoundException($"there is no task {task}");
    }

    private async Task ShowAsync(ServiceName service, TaskId? task, LogRequest wanted, IServerStreamWriter<Proto.LogLine> to, CancellationToken cancellation)
    {
        var readers = (await FindAsync(service, task)).Where(HasRun).OrderBy(known => known.Id)
            .Select(known => _logs.ReadAsync(known.Id, known.Node!.Value, wanted with { Task = known.Id }, cancellation).GetAsyncEnumerator(cancellation)).ToList();
        try
        {
            // Each log is in order; of their first lines the earliest goes. What has no time, a notice, goes at once.
            var heads = new PriorityQueue<IAsyncEnumerator<Proto.LogLine>, DateTimeOffset>();
            await Task.WhenAll(readers.Select(async reader =>
            {
                if (!await reader.MoveNextAsync()) return;
                lock (heads) heads.Enqueue(reader, TimeOf(reader.Current));
            }));
            while (heads.TryDequeue(out var first, out _))
            {
                await to.WriteAsync(first.Current, cancellation);
                if (await first.MoveNextAsync()) heads.Enqueue(first, TimeOf(first.Current));
            }
        }
        finally
        {
            foreach (var reader in readers) await reader.DisposeAsync();
        }

        static DateTimeOffset TimeOf(Proto.LogLine line) => line.At?.ToDateTimeOffset() ?? DateTimeOffset.MinValue;
    }

    private async Task FollowAsync(ServiceName service, TaskId? task, LogRequest wanted, IServerStreamWriter<Proto.LogLine> to, CancellationTokenSource ending)
    {
        var lines = Channel.CreateBounded<Proto.LogLine>(Waiting);
        var reading = ReadAllAsync(service, task, wanted, lines.Writer, ending.Token);
        try
        {
            await foreach (var line in lines.Reader.ReadAllAsync(ending.Token)) await to.WriteAsync(line, ending.Token);
        }
        finally
        {
            await ending.CancelAsync();
            await reading;
        }
    }

    /// <summary>Begins with each task as soon as it has run; ends when the task has ended, or the service is gone.</summary>
    private async Task ReadAllAsync(ServiceName service, TaskId? task, LogRequest wanted, ChannelWriter<Proto.LogLine> lines, CancellationToken cancellation)
    {
        var reading = new Dictionary<TaskId, Task>();
        var isFirst = true;
        try
        {
            while (true)
            {
                var tasks = await LookAsync(service, task);
                foreach (var known in (tasks ?? []).Where(known => HasRun(known) && !reading.ContainsKey(known.Id)))
                {
                    // All of a task that came later is new.
                    var request = wanted with { Task = known.Id, Tail = isFirst ? wanted.Tail : null };
                    reading.Add(known.Id, CopyAsync(known, request, lines, cancellation));
                }

                isFirst &= tasks is null;
                if (task is { } one && (tasks?[0].Observed.State.IsFinal == true || (reading.TryGetValue(one, out var copy) && copy.IsCompleted))) break;
                await Task.Delay(s_look, time, cancellation);
            }
        }
        catch (NotFoundException)
        {
            // It is gone, which is an end.
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Whoever followed is gone, or the manager goes.
        }
        catch (Exception failure)
        {
            // Ends the whole stream with it, and so those that read.
            lines.TryComplete(failure);
        }

        await Task.WhenAll(reading.Values);
        lines.TryComplete();
    }

    /// <summary>Looks for tasks to follow; null if a manager or the store is away for the moment.</summary>
    private async Task<IReadOnlyList<TaskRecord>?> LookAsync(ServiceName service, TaskId? task)
    {
        try
        {
            return await FindAsync(service, task);
        }
        catch (Exception failure) when (failure is SiloUnavailableException or TimeoutException or StoreUnavailableException)
        {
            return null;
        }
    }

    private async Task CopyAsync(TaskRecord task, LogRequest request, ChannelWriter<Proto.LogLine> lines, CancellationToken cancellation)
    {
        try
        {
            await foreach (var line in _logs.ReadAsync(task.Id, task.Node!.Value, request, cancellation)) await lines.WriteAsync(line, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // As above.
        }
        catch (Exception failure)
        {
            // Ends the whole stream with it.
            lines.TryComplete(failure);
        }
    }
}
