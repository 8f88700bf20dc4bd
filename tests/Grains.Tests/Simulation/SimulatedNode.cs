using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Grains.Tests.Simulation;

/// <summary>A node with its agent. While it is not ready, nothing gets in or out, and its containers go on.</summary>
internal sealed class SimulatedNode(SimulatedCluster cluster, NodeRecord record)
{
    private readonly Dictionary<TaskId, DesiredState> _desired = [];
    private long _sequence;

    public NodeRecord Record { get; set; } = record;

    public Dictionary<TaskId, SimulatedCopy> Copies { get; } = [];

    private bool IsConnected => Record.Status.Condition == NodeCondition.Ready && cluster.Nodes.ContainsKey(Record.Id);

    /// <summary>An assignment has come, perhaps an old one.</summary>
    public void Assign(TaskRecord task)
    {
        if (!IsConnected) return;
        var desired = (DesiredState)Math.Max((int)task.Desired, (int)_desired.GetValueOrDefault(task.Id));
        _desired[task.Id] = desired;
        if (!Copies.TryGetValue(task.Id, out var copy))
        {
            if (desired == DesiredState.Removed && task.Observed.State.IsFinal) cluster.Send(() => cluster.ConfirmCleaned(task.Id));
            if (task.Observed.State.IsFinal) return;
            copy = Copies[task.Id] = new(task.Id, task.SpecVersion);
            if (desired < DesiredState.Shutdown) Start(copy);
        }

        if (desired >= DesiredState.Shutdown) Stop(copy);
        if (desired == DesiredState.Removed && copy.State.IsFinal)
        {
            Copies.Remove(task.Id);
            cluster.Send(() => cluster.ConfirmCleaned(task.Id));
        }
    }

    /// <summary>A copy that was superseded ends, and what it left goes.</summary>
    public void StopCopy(TaskId task)
    {
        if (!IsConnected || !Copies.TryGetValue(task, out var copy)) return;
        cluster.Log.Add($"{cluster.Now:HH:mm:ss.fff} {Record.Id} stops the copy of {task}");
        _desired[task] = DesiredState.Removed;
        if (copy.State.IsFinal) Copies.Remove(task);
        else Stop(copy);
    }

    public void Fail(SimulatedCopy copy)
    {
        if (copy.State.IsFinal) return;
        copy.ExitCode = 1;
        Enter(copy, copy.State >= TaskState.Stopping ? TaskState.Shutdown : TaskState.Failed);
    }

    /// <summary>Says everything again.</summary>
    public void Resync(IEnumerable<TaskRecord> assigned)
    {
        if (!IsConnected) return;
        foreach (var task in assigned.ToArray()) Assign(task);
        foreach (var copy in Copies.Values.ToArray()) Report(copy);
    }

    private void Start(SimulatedCopy copy)
    {
        Report(copy);
        cluster.After(cluster.Between(20, 200), () =>
        {
            if (copy.State != TaskState.Preparing) return;
            Enter(copy, TaskState.Starting);
            cluster.After(cluster.Between(5, 50), () =>
            {
                if (copy.State != TaskState.Starting) return;
                if (cluster.IsBroken(copy.Version) || cluster.Chance(cluster.Faults.FailsAtStart))
                {
                    Fail(copy);
                    return;
                }

                Enter(copy, TaskState.Running);
                if (cluster.ReadyAfter(copy.Version) is { } time) cluster.After(time, () => BeReady(copy));
                if (cluster.Chance(cluster.Faults.FailsLater)) cluster.After(cluster.Between(100, 20_000), () => Fail(copy));
            });
        });
    }

    private void BeReady(SimulatedCopy copy)
    {
        if (copy.State != TaskState.Running) return;
        copy.Health = TaskHealth.Ready;
        Report(copy);
    }

    private void Stop(SimulatedCopy copy)
    {
        if (copy.State >= TaskState.Stopping) return;
        var isRunning = copy.State >= TaskState.Starting;
        Enter(copy, TaskState.Stopping);
        cluster.After(isRunning ? cluster.Between(10, 500) : TimeSpan.Zero, () =>
        {
            if (!copy.State.IsFinal) Enter(copy, TaskState.Shutdown);
        });
    }

    private void Enter(SimulatedCopy copy, TaskState state)
    {
        copy.State = state;
        copy.HasStarted |= state == TaskState.Running;
        if (copy.State.IsFinal && _desired[copy.Id] == DesiredState.Removed) Copies.Remove(copy.Id);
        Report(copy);
    }

    private void Report(SimulatedCopy copy)
    {
        if (!IsConnected) return;
        var report = new TaskReport
        {
            Task = copy.Id,
            Node = Record.Id,
            Sequence = ++_sequence,
            Observed = new() { State = copy.State, At = cluster.Now, Health = copy.Health, ExitCode = copy.ExitCode },
        };
        cluster.Send(() =>
        {
            if (IsConnected) cluster.Take(this, report);
        });
    }
}
