using System.Collections.Immutable;
using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Agent.Tasks;

/// <summary>
/// What the managers have not confirmed yet: of each task the latest observation, and which tasks are gone. Bounded by the tasks there are. Kept in
/// memory only: after a restart of the agent the containers themselves tell it again.
/// </summary>
internal sealed class TaskReports : IDisposable
{
    /// <summary>The most tasks in one report, so that a message stays small.</summary>
    private const int MaxTasks = 500;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _news = new(0, 1);
    private readonly Dictionary<TaskId, TaskObservation> _latest = [];
    private readonly HashSet<TaskId> _unconfirmed = [];
    private readonly HashSet<TaskId> _cleaned = [];
    private ImmutableArray<string>? _images;
    private long _last;

    /// <summary>Something was seen of a task.</summary>
    public void Observe(TaskId task, TaskObservation observation)
    {
        lock (_gate)
        {
            _latest[task] = observation;
            _unconfirmed.Add(task);
        }

        Wake();
    }

    /// <summary>Nothing is left of a task.</summary>
    public void Clean(TaskId task)
    {
        lock (_gate) _cleaned.Add(task);
        Wake();
    }

    /// <summary>The images that are there now.</summary>
    public void SetImages(ImmutableArray<string> images)
    {
        lock (_gate) _images = images;
        Wake();
    }

    /// <summary>A task is not assigned any more; nobody asks about it.</summary>
    public void Forget(TaskId task)
    {
        lock (_gate)
        {
            _latest.Remove(task);
            _unconfirmed.Remove(task);
            _cleaned.Remove(task);
        }
    }

    /// <summary>All that is known of tasks is told anew, to a manager that may know nothing of it.</summary>
    public void RepeatAll()
    {
        lock (_gate) _unconfirmed.UnionWith(_latest.Keys);
        Wake();
    }

    /// <summary>Ends when there is something to tell.</summary>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_unconfirmed.Count > 0 || _cleaned.Count > 0 || _images is not null) return;
            }

            await _news.WaitAsync(cancellationToken);
        }
    }

    /// <summary>What is to be told.</summary>
    /// <param name="node">This node.</param>
    /// <param name="session">The session in which it is told; later sessions have greater numbers, so reports of an earlier one are known to be late.</param>
    /// <param name="appliedVersion">The version of the assignments that the agent has.</param>
    public NodeReport Take(NodeId node, long session, long appliedVersion)
    {
        const int SessionBits = 32;
        lock (_gate)
        {
            return new()
            {
                Tasks =
                [
                    .. _unconfirmed.Take(MaxTasks).Select(task =>
                        new TaskReport { Task = task, Node = node, Sequence = (session << SessionBits) | ++_last, Observed = _latest[task] }),
                ],
                Cleaned = [.. _cleaned.Take(MaxTasks)],
                Images = _images,
                AppliedVersion = appliedVersion,
            };
        }
    }

    /// <summary>A report was stored by the managers. What was seen since then is still to be told.</summary>
    public void Confirm(NodeReport report)
    {
        lock (_gate)
        {
            foreach (var told in report.Tasks)
            {
                if (_latest.TryGetValue(told.Task, out var latest) && ReferenceEquals(latest, told.Observed)) _unconfirmed.Remove(told.Task);
            }

            _cleaned.ExceptWith(report.Cleaned);
            if (_images == report.Images) _images = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _news.Dispose();

    private void Wake()
    {
        lock (_gate)
        {
            if (_news.CurrentCount == 0) _news.Release();
        }
    }
}
