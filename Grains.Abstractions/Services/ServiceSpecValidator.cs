using System.Collections.Immutable;
using System.Globalization;
using Warren.Containers;
using Warren.Scheduling;
using Warren.Validation;

namespace Warren.Services;

/// <summary>Tells everything that is wrong with a service's spec, so that what is accepted can be carried out.</summary>
public static class ServiceSpecValidator
{
    /// <summary>The most replicas of a service.</summary>
    public const int MaxReplicas = 100_000;

    /// <summary>The highest priority.</summary>
    public const int MaxPriority = 100;

    /// <summary>The longest traffic grace.</summary>
    public static readonly TimeSpan MaxTrafficGrace = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    /// <returns>All problems, with paths from the spec's root; empty: the spec is accepted.</returns>
    public static ImmutableArray<ValidationProblem> Validate(ServiceSpec spec)
    {
        var problems = new ProblemList();
        if (spec.Name == default) problems.Add("name", $"must be given: {ServiceName.Rule}");
        LabelRules.Check(problems, "labels", spec.Labels);
        problems.Within("priority", spec.Priority, 0, MaxPriority);
        if (spec.TrafficGrace is { } grace)
        {
            problems.Within("trafficGrace", grace, TimeSpan.Zero, MaxTrafficGrace);
            if (IsJob(spec)) problems.Add("trafficGrace", $"must be left out with mode {Text(spec.Mode)}: its tasks take no traffic");
        }

        CheckMode(problems, spec);
        CheckPlacement(problems, spec);
        CheckRestart(problems, spec);
        CheckUpdate(problems, spec);
        problems.AddBelow("container", ContainerSpecValidator.Validate(spec.Container));
        FileReferenceRules.Check(problems, spec);
        return problems.ToImmutable();
    }

    private static void CheckMode(ProblemList problems, ServiceSpec spec)
    {
        problems.Known("mode", spec.Mode);
        var isJob = IsJob(spec);
        if (spec.Replicas is { } replicas)
        {
            if (spec.Mode == ServiceMode.Replicated) problems.Within("replicas", replicas, 0, MaxReplicas);
            else problems.Add("replicas", $"must be left out with mode {Text(spec.Mode)}, was {replicas}{(isJob ? "; see job.completions" : "")}");
        }

        if (spec.Job is { } job)
        {
            if (!isJob) problems.Add("job", $"must be left out with mode {Text(spec.Mode)}");
            problems.Within("job.completions", job.Completions, 1, Tasks.TaskSlot.MaxNumberInRun);
            problems.AtLeast("job.parallelism", job.Parallelism, 1);
            problems.Within("job.retries", job.Retries, 0, 1_000);
            if (job.Deadline is { } deadline) problems.Within("job.deadline", deadline, s_second);
            problems.Within("job.keptRuns", job.KeptRuns, 1, 1_000);
        }

        if (spec.Mode == ServiceMode.Cron && spec.Cron is null) problems.Add("cron", "must be given with mode cron");
        if (spec.Cron is not { } cron) return;
        if (spec.Mode != ServiceMode.Cron) problems.Add("cron", $"must be left out with mode {Text(spec.Mode)}");
        if (!CronSchedule.TryParse(cron.Schedule, out _, out var fault)) problems.Add("cron.schedule", fault);
        if (!TimeZones.TryFind(cron.TimeZone, out _, out fault)) problems.Add("cron.timeZone", fault);
        problems.Known("cron.missedRuns", cron.MissedRuns);
        problems.Within("cron.missedRunLimit", cron.MissedRunLimit, s_second);
        problems.Known("cron.overlap", cron.Overlap);
    }

    private static void CheckPlacement(ProblemList problems, ServiceSpec spec)
    {
        var placement = spec.Placement;
        for (var i = 0; i < placement.Constraints.Length; i++)
        {
            if (!PlacementConstraint.TryParse(placement.Constraints[i], out _, out var problem)) problems.Add($"placement.constraints[{i}]", problem);
        }

        for (var i = 0; i < placement.Spread.Length; i++)
        {
            if (!NodeAttribute.TryParse(placement.Spread[i], out _))
                problems.Add($"placement.spread[{i}]", $"must be {NodeAttribute.Rule}, was '{placement.Spread[i]}'");
            else if (placement.Spread.IndexOf(placement.Spread[i]) < i)
                problems.Add($"placement.spread[{i}]", $"must not repeat an attribute, was '{placement.Spread[i]}'");
        }

        problems.Known("placement.strategy", placement.Strategy);
        if (placement.MaxPerNode is { } most) problems.AtLeast("placement.maxPerNode", most, 1);

        // In a global service the slot says the node, so there is nothing to choose.
        var isGlobal = spec.Mode == ServiceMode.Global;
        Refuse(isGlobal && placement.Spread.Length > 0, "placement.spread");
        Refuse(isGlobal && placement.Strategy != PlacementStrategy.Spread, "placement.strategy");
        Refuse(isGlobal && placement.MaxPerNode is not null, "placement.maxPerNode");
        Refuse(spec.Mode != ServiceMode.Replicated && placement.Rebalance, "placement.rebalance");
        if (spec.Mode == ServiceMode.Replicated && placement is { Rebalance: true, Strategy: PlacementStrategy.BinPack, Spread.Length: 0 })
            problems.Add("placement.rebalance", "must be left out with strategy BinPack unless placement.spread is given: nodes that are filled up are never even");

        void Refuse(bool isGiven, string path)
        {
            if (isGiven) problems.Add(path, $"must be left out with mode {Text(spec.Mode)}");
        }
    }

    private static void CheckRestart(ProblemList problems, ServiceSpec spec)
    {
        var restart = spec.Restart;
        var isJob = IsJob(spec);
        if (restart.Condition is { } condition)
        {
            problems.Known("restart.condition", condition);
            if (isJob && condition == RestartCondition.Any)
                problems.Add("restart.condition", $"must be {RestartCondition.OnFailure} or {RestartCondition.None} with mode {Text(spec.Mode)}, was {condition}");
        }

        problems.Within("restart.delay", restart.Delay, TimeSpan.Zero);
        problems.Within("restart.backoff", restart.Backoff, TimeSpan.Zero);
        if (!(restart.BackoffFactor is >= 1 and <= 10))
            problems.Add("restart.backoffFactor", string.Create(CultureInfo.InvariantCulture, $"must be 1 to 10, was {restart.BackoffFactor}"));
        var least = restart.Delay > restart.Backoff ? restart.Delay : restart.Backoff;
        problems.Within("restart.maxDelay", restart.MaxDelay, least);
        if (restart.Window <= restart.MaxDelay)
            problems.Add("restart.window", $"must be more than restart.maxDelay, {ProblemList.Text(restart.MaxDelay)}, was {ProblemList.Text(restart.Window)}");
        else
            problems.Within("restart.window", restart.Window, s_second);
        if (restart.MaxAttempts is not { } attempts) return;
        if (isJob) problems.Add("restart.maxAttempts", $"must be left out with mode {Text(spec.Mode)}; see job.retries");
        problems.AtLeast("restart.maxAttempts", attempts, 1);
    }

    private static void CheckUpdate(ProblemList problems, ServiceSpec spec)
    {
        var update = spec.Update;
        if (IsJob(spec) && update != UpdateSpec.Default)
            problems.Add("update", $"must be left out with mode {Text(spec.Mode)}: a changed spec begins a new run");
        problems.AtLeast("update.parallelism", update.Parallelism, 1);
        problems.Known("update.order", update.Order);
        problems.Within("update.delay", update.Delay, TimeSpan.Zero);
        problems.Within("update.monitor", update.Monitor, TimeSpan.Zero);
        problems.Within("update.readyTimeout", update.ReadyTimeout, s_second);
        problems.Known("update.onFailure", update.OnFailure);
    }

    private static bool IsJob(ServiceSpec spec) => spec.Mode is ServiceMode.Job or ServiceMode.Cron;

    private static string Text(ServiceMode mode) => mode.ToString().ToLowerInvariant();
}
