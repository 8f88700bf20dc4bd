using System.Collections.Immutable;
using Warren.Scheduling;
using Warren.Services;
using Warren.Tasks;
using Warren.Validation;

namespace Warren.Grains.Services;

/// <summary>
/// What would become of the tasks of a service if a spec were written, as it will be in the end and by the rules of <see cref="ServiceReconciler"/>. A
/// rollout comes there in steps, and stops if a task fails.
/// </summary>
internal static class ServiceForecaster
{
    /// <summary>Looks ahead.</summary>
    /// <param name="snapshot">The service and the nodes as they are.</param>
    /// <param name="problems">Why the spec would be refused.</param>
    /// <param name="spec">The spec; null: the service is removed.</param>
    /// <param name="isRenewed">Whether a secret or config that makes its tasks be replaced gets another version.</param>
    /// <param name="lastVersion">The version that the name had last.</param>
    public static ServiceForecast Compute(
        ServiceSnapshot snapshot, ImmutableArray<ValidationProblem> problems, ServiceSpec? spec, bool isRenewed, long lastVersion)
    {
        var state = snapshot.State;
        var isThere = !state.Revisions.IsEmpty;
        var forecast = new ServiceForecast
        {
            Before = isThere ? state.Current.Spec : null,
            Version = isThere ? state.Current.Version : 0,
            IsRemoving = isThere && state.IsRemoving,
            Problems = problems,
        };
        if (!problems.IsEmpty || forecast.IsRemoving) return forecast;
        if (spec is null) return forecast with { Tasks = [.. Live(state).Select(task => Of(TaskFate.Stop, task, "the service is removed"))] };
        var next = ServiceMachine.Accept(isRenewed ? ServiceMachine.Renew(state, replacesTasks: true, lastVersion, snapshot.Now) : state, spec, lastVersion, snapshot.Now);
        var ahead = snapshot with { State = next, ImageWaitUntil = null };
        return forecast with { Tasks = spec.Mode is ServiceMode.Job or ServiceMode.Cron ? OfRuns(ahead) : OfSlots(ahead) };
    }

    private static IEnumerable<TaskRecord> Live(ServiceState state) => state.Tasks.Values.Where(task => task.IsLive());

    private static TaskForecast Of(TaskFate fate, TaskRecord task, string reason) =>
        new() { Fate = fate, Slot = task.Id.Slot, Task = task.Id, Node = task.Node, Reason = reason };

    /// <summary>A run begins by one step of the reconciler, which is what will happen.</summary>
    private static ImmutableArray<TaskForecast> OfRuns(ServiceSnapshot snapshot)
    {
        var plan = ServiceReconciler.Compute(snapshot);
        var reasons = plan.Decisions.ToDictionary(decision => decision.Task, decision => decision.Reason);
        var requirements = PlacementRequirements.Of(snapshot.State.Current);
        return
        [
            .. Live(snapshot.State).Select(task => plan.Next.Tasks.TryGetValue(task.Id, out var after) && after.IsLive()
                ? Of(TaskFate.Keep, task, "")
                : Of(TaskFate.Stop, task, reasons.GetValueOrDefault(task.Id, ""))),
            .. plan.Create.Select(task => new TaskForecast
            {
                Fate = TaskFate.Create,
                Slot = task.Id.Slot,
                Reason = task.DesiredReason,
                Successor = task.Observed.State == TaskState.Pending ? new() { Id = task.Id, Requirements = requirements, Since = snapshot.Now } : null,
            }),
        ];
    }

    private static ImmutableArray<TaskForecast> OfSlots(ServiceSnapshot snapshot)
    {
        var draft = new ServiceDraft(snapshot);
        var dropped = WantedSlots.Adjust(draft, draft.Current.Version);
        var requirements = PlacementRequirements.Of(draft.Current);
        var generation = snapshot.State.NextGeneration;
        var forecasts = ImmutableArray.CreateBuilder<TaskForecast>();
        foreach (var slot in draft.Slots.Keys)
        {
            var task = draft.TasksIn(slot).LastOrDefault(task => task.IsLive());
            var why = task is null ? "" : WhyReplaced(draft, task);
            if (task is not null && why is null)
            {
                forecasts.Add(Of(TaskFate.Keep, task, ""));
                continue;
            }

            var successor = new PendingTask { Id = new(snapshot.State.Name, slot, generation++), Requirements = requirements, Since = snapshot.Now };
            forecasts.Add(new()
            {
                Fate = task is null ? TaskFate.Create : TaskFate.Replace,
                Slot = slot,
                Task = task?.Id,
                Node = task?.Node,
                Reason = why!,
                Successor = successor,
            });
        }

        // Also tasks whose slots went earlier and that are still there.
        foreach (var task in Live(snapshot.State).Where(task => !draft.Slots.ContainsKey(task.Id.Slot)))
            forecasts.Add(Of(TaskFate.Stop, task, dropped.GetValueOrDefault(task.Id.Slot, task.DesiredReason)));
        return forecasts.DrainToImmutable();
    }

    private static string? WhyReplaced(ServiceDraft draft, TaskRecord task)
    {
        if (task.SpecVersion < draft.Current.TaskVersion) return "its version is replaced";
        return draft.NodeOf(task) is { } node && NodeFit.UnmetConstraint(node, draft.Spec.Placement) is { } constraint
            ? $"{node.Description.Name} does not meet {constraint}"
            : null;
    }
}
