using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Warren.Grains.Work;
using Warren.Nodes;
using Warren.Scheduling;
using Warren.Tasks;

namespace Warren.Grains.Services;

/// <summary>
/// Tells tasks, the scheduler and nodes what a service has stored. Nothing is awaited by whoever makes it tell: what a call brings is given to
/// <paramref name="heard"/>, and after each one <paramref name="again"/> says when to tell what is left. Runs in the turns of its grain alone.
/// </summary>
internal sealed partial class ServiceTeller(
    IGrainFactory grains,
    TimeProvider time,
    ServiceGrainOptions options,
    ILogger log,
    Func<ServiceState> stored,
    Action<ImmutableArray<TaskRecord>, ImmutableArray<TaskId>> heard,
    Action<TimeSpan> again)
{
    private const string Scheduler = "scheduler";

    /// <summary>So long tasks wait at most for those whose grains are being told: one grain that does not answer must not hold up the others.</summary>
    private static readonly TimeSpan s_gather = TimeSpan.FromMilliseconds(200);

    private readonly ToldTasks _told = new();
    private readonly PeerCalls _peers = new(time, options.Retry, options.MaxRetry);
    private readonly Dictionary<long, PlacementRequirements> _requirements = [];
    private int _taskCalls;
    private long? _gatheringSince;

    /// <summary>Whether somebody has yet to hear something.</summary>
    public bool IsBehind { get; private set; }

    /// <summary>Begins the calls that are due.</summary>
    public void Tell()
    {
        var state = stored();
        var plan = _told.Compute(state);
        IsBehind = plan.Take.Length + plan.Enqueue.Length + plan.Withdraw.Length + plan.Intend.Count + _taskCalls > 0;
        if (!IsBehind) return;
        foreach (var task in plan.Take)
        {
            if (_taskCalls >= options.TaskCalls) break;
            if (!_peers.TryBegin(Text(task.Id))) continue;
            _told.BeingTold(task.Id, true);
            _taskCalls++;
            _ = TakeAsync(task);
        }

        // Those whose grains are being told follow in the same batch.
        var gather = GatherFor(plan.Enqueue.Length);
        if (gather > TimeSpan.Zero) again(gather);
        if ((plan.Enqueue.Length > 0 && gather <= TimeSpan.Zero || plan.Withdraw.Length > 0) && _peers.TryBegin(Scheduler))
        {
            _gatheringSince = null;
            _ = ScheduleAsync(state, plan.Enqueue, plan.Withdraw);
        }

        foreach (var (node, intentions) in plan.Intend)
        {
            if (_peers.TryBegin(Text(node))) _ = IntendAsync(node, intentions);
        }

        if (_peers.TakeNextIn() is { } wait) again(wait);
    }

    /// <summary>The scheduler, or grains of tasks that wait, may have lost what they were told.</summary>
    public void Requeue() => _told.ForgetWaiting(stored());

    private static string Text(TaskId task) => task.ToString();

    private static string Text(NodeId node) => node.ToString();

    /// <returns>How long tasks that could go to the scheduler wait for more; zero or less: no longer.</returns>
    private TimeSpan GatherFor(int waiting)
    {
        if (waiting == 0) _gatheringSince = null;
        if (waiting == 0 || waiting >= options.TaskCalls || _taskCalls == 0) return TimeSpan.Zero;
        _gatheringSince ??= time.GetTimestamp();
        return s_gather - time.GetElapsedTime(_gatheringSince.Value);
    }

    private async Task TakeAsync(TaskRecord task)
    {
        try
        {
            var seen = await grains.GetGrain<ITaskGrain>(Text(task.Id)).TakeAsync(task);
            _peers.Succeeded(Text(task.Id));
            _told.TakenBy(task);
            if (seen.Observed.State != task.Observed.State || seen.Node != task.Node || seen.LastReport != task.LastReport) heard([seen], []);
            Done();
        }
        catch (Exception failure)
        {
            _told.BeingTold(task.Id, false);
            LogTakeFailed(failure, task.Id);
            Done(_peers.Failed(Text(task.Id)));
        }

        void Done(TimeSpan wait = default)
        {
            _taskCalls--;
            again(wait);
        }
    }

    private async Task ScheduleAsync(ServiceState state, ImmutableArray<TaskRecord> enqueue, ImmutableArray<TaskId> withdraw)
    {
        try
        {
            var scheduler = grains.GetGrain<ISchedulerGrain>(ISchedulerGrain.Key);

            // Said before the call, since it may ask to be told again while the call lasts.
            foreach (var task in enqueue) _told.Queued(task.Id, true);
            if (!withdraw.IsEmpty) await scheduler.WithdrawAsync(withdraw);
            foreach (var task in withdraw) _told.Queued(task, false);
            if (!enqueue.IsEmpty) await scheduler.EnqueueAsync([.. enqueue.Select(task => Pending(state, task))]);
            _peers.Succeeded(Scheduler);
            again(TimeSpan.Zero);
        }
        catch (Exception failure)
        {
            foreach (var task in enqueue) _told.Queued(task.Id, false);
            LogScheduleFailed(failure, state.Name, enqueue.Length);
            again(_peers.Failed(Scheduler));
        }
    }

    private async Task IntendAsync(NodeId node, ImmutableArray<TaskIntention> intentions)
    {
        try
        {
            var cleaned = await grains.GetGrain<INodeGrain>(Text(node)).SetDesiredAsync(intentions);
            _peers.Succeeded(Text(node));
            foreach (var intention in intentions) _told.HeardBy(intention);
            if (!cleaned.IsEmpty) heard([], cleaned);
            again(TimeSpan.Zero);
        }
        catch (Exception failure)
        {
            LogIntendFailed(failure, node, intentions.Length);
            again(_peers.Failed(Text(node)));
        }
    }

    private PendingTask Pending(ServiceState state, TaskRecord task)
    {
        if (!_requirements.TryGetValue(task.SpecVersion, out var requirements))
        {
            foreach (var old in _requirements.Keys.Where(version => state.Revisions.All(revision => revision.Version != version)).ToArray())
                _requirements.Remove(old);
            _requirements[task.SpecVersion] = requirements = PlacementRequirements.Of(state.RevisionOf(task)) with { SpecVersion = task.SpecVersion };
        }

        return new() { Id = task.Id, Requirements = requirements, Since = task.CreatedAt };
    }
}
