using Google.Protobuf.WellKnownTypes;
using Warren.Services;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Mapping;

/// <summary>Services as they are, to the API. Their tasks are shown by themselves, here only counted.</summary>
internal static class ServiceMap
{
    /// <summary>Writes all of it.</summary>
    public static Proto.Service Write(ServiceStatus from) => new()
    {
        Revision = Write(from.Revision),
        IsRemoving = from.IsRemoving,
        Rollout = from.Rollout is { } rollout ? Write(rollout) : null,
        ActiveRuns = { from.ActiveRuns.Select(Write) },
        FinishedRuns = { from.FinishedRuns.Select(Write) },
        Waits = { from.Waits },
        NextAt = from.NextAt?.ToTimestamp(),
        Progress = ServiceProgress.Of(from),
    };

    /// <summary>Writes a version.</summary>
    public static Proto.Revision Write(ServiceRevision from)
    {
        var to = new Proto.Revision
        {
            Version = from.Version,
            Spec = ServiceSpecMap.Write(from.Spec),
            At = from.At.ToTimestamp(),
            Image = from.Image is { } image
                ? new() { Reference = image.Reference, Platforms = { image.Platforms.Select(platform => platform.ToString()) } }
                : null,
            TaskVersion = from.TaskVersion,
        };
        if (from.ImageProblem is { } problem) to.ImageProblem = problem;
        return to;
    }

    private static Proto.Rollout Write(RolloutStatus from) => new()
    {
        From = from.From,
        To = from.To,
        Phase = from.Phase,
        Reason = from.Reason,
        Updated = from.Updated,
        Total = from.Total,
    };

    private static Proto.Run Write(RunStatus from)
    {
        var to = new Proto.Run
        {
            Number = from.Number,
            StartedAt = from.StartedAt.ToTimestamp(),
            ScheduledAt = from.ScheduledAt?.ToTimestamp(),
            Trigger = from.Trigger,
            FinishedAt = from.FinishedAt?.ToTimestamp(),
            Reason = from.Reason,
            Completed = from.Completed,
            Failed = from.Failed,
        };
        if (from.Succeeded is { } succeeded) to.Succeeded = succeeded;
        return to;
    }
}
