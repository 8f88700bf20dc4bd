using System.Globalization;
using Warren.Services;
using Warren.Tasks;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Mapping;

/// <summary>Whether what is wanted of a service is there, so that every client says the same of it.</summary>
internal static class ServiceProgress
{
    private const string Paused = "paused", Rolling = "rolling";

    /// <summary>Judges a service as it is.</summary>
    public static Proto.Progress Of(ServiceStatus service)
    {
        // What is wanted to run, and takes its place: those on their way out take no place.
        var live = service.Tasks.Where(task => task.Desired == DesiredState.Running && !task.Observed.State.IsFinal).ToList();
        var ready = live.Where(task => task.Observed.IsReady()).ToList();
        var progress = new Proto.Progress
        {
            Wanted = Wanted(service, live),
            Ready = ready.Count,
            Updated = ready.Count(task => task.SpecVersion >= service.Revision.TaskVersion),
            Pending = live.Count(task => task.Observed.State == TaskState.Pending),
            Failed = service.Tasks.Count(task => task.Observed.State.IsFailure),
        };
        (progress.State, progress.Reason) = service switch
        {
            { IsRemoving: true } => (Proto.ProgressState.Progressing, "it is being removed"),
            { Revision.Spec.Mode: ServiceMode.Cron } => (Proto.ProgressState.Converged, ""),
            { Revision.Spec.Mode: ServiceMode.Job } => OfJob(service, live),
            _ => OfService(service, live, progress),
        };
        return progress;
    }

    private static int Wanted(ServiceStatus service, List<TaskRecord> live) => service.Revision.Spec.Mode switch
    {
        ServiceMode.Replicated => service.Revision.Spec.Replicas ?? 1,
        ServiceMode.Global => live.Select(task => task.Id.Slot).Distinct().Count(),
        _ => service.ActiveRuns.Sum(run => Math.Max(0, (service.Revision.Spec.Job ?? JobSpec.Default).Completions - run.Completed)),
    };

    private static (Proto.ProgressState, string) OfJob(ServiceStatus service, List<TaskRecord> live)
    {
        if (service.ActiveRuns is [.., var active])
        {
            var wanted = (service.Revision.Spec.Job ?? JobSpec.Default).Completions;
            return (Proto.ProgressState.Progressing, Join(Text($"run {active.Number}: {active.Completed} of {wanted} complete"), Trouble(service, live)));
        }

        return service.FinishedRuns switch
        {
            [.., { Succeeded: true }] => (Proto.ProgressState.Converged, ""),
            [.., var last] => (Proto.ProgressState.Stuck, Join(Text($"run {last.Number} failed: {last.Reason}"), LastFailure(service))),
            _ => (Proto.ProgressState.Progressing, "its run has not begun"),
        };
    }

    private static (Proto.ProgressState, string) OfService(ServiceStatus service, List<TaskRecord> live, Proto.Progress progress)
    {
        if (service.Rollout is { Phase: Paused } paused)
            return (Proto.ProgressState.Stuck, Join(Text($"the rollout is paused at {paused.Updated} of {paused.Total}: {paused.Reason}"), LastFailure(service)));
        var isRolling = service.Rollout is { Phase: Rolling };
        var places = live.Select(task => task.Id.Slot).Distinct().Count();
        var trouble = Trouble(service, live);
        if (places < progress.Wanted && !isRolling && service.NextAt is null && service.Waits.IsEmpty)
        {
            var missing = progress.Wanted - places;
            return (Proto.ProgressState.Stuck, Join(
                Text($"{missing} of {progress.Wanted} {(missing == 1 ? "task has" : "tasks have")} ended and will not be started again, as the restart policy says"),
                LastFailure(service)));
        }

        var isLeft = service.Tasks.Any(task => !task.Observed.State.IsFinal && (task.Desired != DesiredState.Running || task.SpecVersion < service.Revision.TaskVersion));
        if (!isRolling && !isLeft && progress.Updated == progress.Wanted && live.Count == progress.Wanted)
            return (Proto.ProgressState.Converged, progress.Wanted == 0 && service.Revision.Spec.Mode == ServiceMode.Global ? "no node meets its constraints" : "");
        return (Proto.ProgressState.Progressing, Join(Text($"{progress.Updated} of {progress.Wanted} ready"), trouble));
    }

    // Why it takes time: the first task that waits for a node, else what the service waits for, else the last failure.
    private static string Trouble(ServiceStatus service, List<TaskRecord> live)
    {
        var blocked = live.Find(task => task.Observed is { State: TaskState.Pending, Reason.Length: > 0 });
        if (blocked is not null) return $"{blocked.Id} waits: {blocked.Observed.Reason}";
        return service.Waits is [var first, ..] ? first : live.Any(task => !task.Observed.IsReady()) ? LastFailure(service) : "";
    }

    private static string LastFailure(ServiceStatus service) =>
        service.Tasks.Where(task => task.Observed.State.IsFailure).MaxBy(task => task.Id.Generation) is { } failed
            ? $"{failed.Id} {failed.Observed.State.ToString().ToLowerInvariant()}: {failed.Observed.Reason}"
            : "";

    private static string Join(string first, string second) => second.Length == 0 ? first : $"{first}; {second}";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
