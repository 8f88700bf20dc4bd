using Microsoft.Extensions.Logging;
using Warren.Grains.Work;
using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Grains.Tasks;

/// <summary>
/// Keeps one task. A task without a node is kept in memory alone, since its service has it and tells it again; from its assignment on each step is
/// stored before it is told.
/// </summary>
[GrainType("task"), CollectionAgeLimit(Minutes = 2)]
internal sealed partial class TaskGrain(
    [PersistentState("task")] IPersistentState<TaskRecord> store, TimeProvider time, ILogger<TaskGrain> logger) : Grain, ITaskGrain
{
    /// <summary>Null: nothing is known under this id.</summary>
    private TaskRecord? _task;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _task = store.RecordExists ? store.State : null;
        return Task.CompletedTask;
    }

    /// <summary>What is in memory alone would go with an activation that ends in good order; after a crash the service tells it again.</summary>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_task is not { Observed.State: TaskState.New or TaskState.Pending } || store.RecordExists) return;
        try
        {
            await store.WriteAsync(_task);
        }
        catch (Exception failure)
        {
            LogPendingLost(failure, _task.Id);
        }
    }

    public async Task<TaskRecord> TakeAsync(TaskRecord wanted)
    {
        if (wanted.Id.ToString() != this.GetPrimaryKeyString())
            throw new ArgumentException($"This is the grain of task {this.GetPrimaryKeyString()}, not of {wanted.Id}.", nameof(wanted));
        return await ApplyAsync(TaskIntent.Take(_task, wanted, time.GetUtcNow()));
    }

    public async Task<TaskRecord?> AssignAsync(NodeId node) =>
        _task is null ? null : await ApplyAsync(TaskStateMachine.Assign(_task, node, time.GetUtcNow()));

    public async Task<TaskRecord?> ReportAsync(TaskReport report) =>
        _task is null ? null : await ApplyAsync(TaskStateMachine.Report(_task, report));

    public Task<TaskRecord?> GetAsync() => Task.FromResult(_task);

    public async Task ForgetAsync()
    {
        if (store.RecordExists) await store.ClearStateAsync();
        _task = null;
        DeactivateOnIdle();
    }

    private async Task<TaskRecord> ApplyAsync(TaskStep step)
    {
        if (step.Reason.Length > 0) LogNotTaken(step.Task.Id, step.Outcome, step.Reason);
        if (!step.IsChange) return step.Task;

        // What is desired is the service's, which stores it. An end is stored even if the service said it: a copy that shows up later must not live again.
        var isObserved = !ReferenceEquals(step.Task.Observed, _task?.Observed);
        if (isObserved && (store.RecordExists || step.Task.Node is not null)) await store.WriteAsync(step.Task);
        return _task = step.Task;
    }
}
