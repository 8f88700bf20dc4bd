using Google.Protobuf.WellKnownTypes;
using Warren.Configs;
using Warren.Secrets;
using Warren.Services;
using Proto = Warren.V1;

namespace Warren.Silo.Api.Mapping;

/// <summary>The spec of a service, to the API and back. What a request leaves out has the model's default.</summary>
internal static class ServiceSpecMap
{
    private static readonly CronSpec s_cron = new() { Schedule = "" };

    // Stands for a name that is none, whose problem is noted; it goes no further.
    private const string NoName = "unreadable";

    /// <summary>Reads what a request says, and checks it by the model's rules.</summary>
    /// <exception cref="ValidationException">Something is wrong with it; all problems are named.</exception>
    public static ServiceSpec Read(Proto.ServiceSpec? from)
    {
        var problems = new FieldProblems();
        if (from is null)
        {
            problems.Add("spec", "must be given");
            problems.ThrowIfAny("the service");
        }

        var spec = Read(from!, problems);
        problems.AddFurther(ServiceSpecValidator.Validate(spec));
        problems.ThrowIfAny($"service {from!.Name}".TrimEnd());
        return spec;
    }

    /// <summary>Reads what a request says, and only notes what cannot be read.</summary>
    public static ServiceSpec Read(Proto.ServiceSpec from, FieldProblems problems) => new()
    {
        Name = Name(from.Name, problems),
        Labels = ContainerMap.Map(from.Labels),
        Container = ContainerMap.Read(from.Container ?? new(), problems, "container"),
        Mode = problems.Enum("mode", from.Mode, ServiceMode.Replicated),
        Replicas = from.HasReplicas ? from.Replicas : null,
        Job = from.Job is { } job ? Job(job, problems) : null,
        Cron = from.Cron is { } cron ? Cron(cron, problems) : null,
        Placement = from.Placement is { } placement ? Placement(placement, problems) : PlacementSpec.Default,
        Restart = from.Restart is { } restart ? Restart(restart, problems) : RestartSpec.Default,
        Update = from.Update is { } update ? Update(update, problems) : UpdateSpec.Default,
        Secrets = [.. from.Secrets.Select((secret, i) => Secret(secret, problems, $"secrets[{i}]"))],
        Configs = [.. from.Configs.Select((config, i) => Config(config, problems, $"configs[{i}]"))],
        Priority = from.Priority,
        TrafficGrace = problems.Time("trafficGrace", from.TrafficGrace),
    };

    /// <summary>Writes all of it, defaults too.</summary>
    public static Proto.ServiceSpec Write(ServiceSpec from)
    {
        var to = new Proto.ServiceSpec
        {
            Name = from.Name.Value,
            Labels = { from.Labels },
            Container = ContainerMap.Write(from.Container),
            Mode = EnumMap.To<ServiceMode, Proto.ServiceMode>(from.Mode),
            Job = from.Job is { } job ? Job(job) : null,
            Cron = from.Cron is { } cron ? Cron(cron) : null,
            Placement = Placement(from.Placement),
            Restart = Restart(from.Restart),
            Update = Update(from.Update),
            Secrets = { from.Secrets.Select(Secret) },
            Configs = { from.Configs.Select(Config) },
            Priority = from.Priority,
            TrafficGrace = from.TrafficGrace?.ToDuration(),
        };
        if (from.Replicas is { } replicas) to.Replicas = replicas;
        return to;
    }

    private static ServiceName Name(string name, FieldProblems problems)
    {
        // Without a name the validator says that one must be given.
        if (!ServiceName.TryParse(name, out var read) && name.Length > 0) problems.Add("name", $"must be {ServiceName.Rule}, was '{name}'");
        return read;
    }

    private static JobSpec Job(Proto.JobSpec from, FieldProblems problems) => new()
    {
        Completions = from.HasCompletions ? from.Completions : JobSpec.Default.Completions,
        Parallelism = from.HasParallelism ? from.Parallelism : JobSpec.Default.Parallelism,
        Retries = from.HasRetries ? from.Retries : JobSpec.Default.Retries,
        Deadline = problems.Time("job.deadline", from.Deadline),
        KeptRuns = from.HasKeptRuns ? from.KeptRuns : JobSpec.Default.KeptRuns,
    };

    private static Proto.JobSpec Job(JobSpec from) => new()
    {
        Completions = from.Completions,
        Parallelism = from.Parallelism,
        Retries = from.Retries,
        Deadline = from.Deadline?.ToDuration(),
        KeptRuns = from.KeptRuns,
    };

    private static CronSpec Cron(Proto.CronSpec from, FieldProblems problems) => new()
    {
        Schedule = from.Schedule,
        TimeZone = from.HasTimeZone ? from.TimeZone : s_cron.TimeZone,
        MissedRuns = problems.Enum("cron.missedRuns", from.MissedRuns, s_cron.MissedRuns),
        MissedRunLimit = problems.Time("cron.missedRunLimit", from.MissedRunLimit) ?? s_cron.MissedRunLimit,
        Overlap = problems.Enum("cron.overlap", from.Overlap, s_cron.Overlap),
        Suspended = from.Suspended,
    };

    private static Proto.CronSpec Cron(CronSpec from) => new()
    {
        Schedule = from.Schedule,
        TimeZone = from.TimeZone,
        MissedRuns = EnumMap.To<MissedRunPolicy, Proto.MissedRunPolicy>(from.MissedRuns),
        MissedRunLimit = from.MissedRunLimit.ToDuration(),
        Overlap = EnumMap.To<OverlapPolicy, Proto.OverlapPolicy>(from.Overlap),
        Suspended = from.Suspended,
    };

    private static PlacementSpec Placement(Proto.PlacementSpec from, FieldProblems problems) => new()
    {
        Constraints = [.. from.Constraints],
        Spread = [.. from.Spread],
        Strategy = problems.Enum("placement.strategy", from.Strategy, PlacementSpec.Default.Strategy),
        MaxPerNode = from.HasMaxPerNode ? from.MaxPerNode : null,
        Rebalance = from.Rebalance,
    };

    private static Proto.PlacementSpec Placement(PlacementSpec from)
    {
        var to = new Proto.PlacementSpec
        {
            Constraints = { from.Constraints },
            Spread = { from.Spread },
            Strategy = EnumMap.To<PlacementStrategy, Proto.PlacementStrategy>(from.Strategy),
            Rebalance = from.Rebalance,
        };
        if (from.MaxPerNode is { } most) to.MaxPerNode = most;
        return to;
    }

    private static RestartSpec Restart(Proto.RestartSpec from, FieldProblems problems) => new()
    {
        Condition = problems.Optional<Proto.RestartCondition, RestartCondition>("restart.condition", from.Condition),
        Delay = problems.Time("restart.delay", from.Delay) ?? RestartSpec.Default.Delay,
        Backoff = problems.Time("restart.backoff", from.Backoff) ?? RestartSpec.Default.Backoff,
        BackoffFactor = from.HasBackoffFactor ? from.BackoffFactor : RestartSpec.Default.BackoffFactor,
        MaxDelay = problems.Time("restart.maxDelay", from.MaxDelay) ?? RestartSpec.Default.MaxDelay,
        Window = problems.Time("restart.window", from.Window) ?? RestartSpec.Default.Window,
        MaxAttempts = from.HasMaxAttempts ? from.MaxAttempts : null,
    };

    private static Proto.RestartSpec Restart(RestartSpec from)
    {
        var to = new Proto.RestartSpec
        {
            Condition = from.Condition is { } condition ? EnumMap.To<RestartCondition, Proto.RestartCondition>(condition) : default,
            Delay = from.Delay.ToDuration(),
            Backoff = from.Backoff.ToDuration(),
            BackoffFactor = from.BackoffFactor,
            MaxDelay = from.MaxDelay.ToDuration(),
            Window = from.Window.ToDuration(),
        };
        if (from.MaxAttempts is { } most) to.MaxAttempts = most;
        return to;
    }

    private static UpdateSpec Update(Proto.UpdateSpec from, FieldProblems problems) => new()
    {
        Parallelism = from.HasParallelism ? from.Parallelism : UpdateSpec.Default.Parallelism,
        Order = problems.Enum("update.order", from.Order, UpdateSpec.Default.Order),
        Delay = problems.Time("update.delay", from.Delay) ?? UpdateSpec.Default.Delay,
        Monitor = problems.Time("update.monitor", from.Monitor) ?? UpdateSpec.Default.Monitor,
        ReadyTimeout = problems.Time("update.readyTimeout", from.ReadyTimeout) ?? UpdateSpec.Default.ReadyTimeout,
        OnFailure = problems.Enum("update.onFailure", from.OnFailure, UpdateSpec.Default.OnFailure),
    };

    private static Proto.UpdateSpec Update(UpdateSpec from) => new()
    {
        Parallelism = from.Parallelism,
        Order = EnumMap.To<UpdateOrder, Proto.UpdateOrder>(from.Order),
        Delay = from.Delay.ToDuration(),
        Monitor = from.Monitor.ToDuration(),
        ReadyTimeout = from.ReadyTimeout.ToDuration(),
        OnFailure = EnumMap.To<UpdateFailureAction, Proto.UpdateFailureAction>(from.OnFailure),
    };

    private static SecretReference Secret(Proto.SecretReference from, FieldProblems problems, string path)
    {
        if (!SecretName.TryParse(from.Secret, out var name)) problems.Add($"{path}.secret", $"must be {SecretName.Rule}, was '{from.Secret}'");
        var standard = new SecretReference { Secret = name == default ? new(NoName) : name };
        return standard with
        {
            Target = from.HasTarget ? from.Target : null,
            Mode = from.HasMode ? from.Mode : standard.Mode,
            Uid = from.Uid,
            Gid = from.Gid,
            OnChange = problems.Enum($"{path}.onChange", from.OnChange, standard.OnChange),
            Signal = from.HasSignal ? from.Signal : null,
        };
    }

    private static Proto.SecretReference Secret(SecretReference from)
    {
        var to = new Proto.SecretReference
        {
            Secret = from.Secret.Value,
            Mode = from.Mode,
            Uid = from.Uid,
            Gid = from.Gid,
            OnChange = EnumMap.To<ReferencePolicy, Proto.ReferencePolicy>(from.OnChange),
        };
        if (from.Target is { } target) to.Target = target;
        if (from.Signal is { } signal) to.Signal = signal;
        return to;
    }

    private static ConfigReference Config(Proto.ConfigReference from, FieldProblems problems, string path)
    {
        if (!ConfigName.TryParse(from.Config, out var name)) problems.Add($"{path}.config", $"must be {ConfigName.Rule}, was '{from.Config}'");
        var standard = new ConfigReference { Config = name == default ? new(NoName) : name };
        return standard with
        {
            Target = from.HasTarget ? from.Target : null,
            Mode = from.HasMode ? from.Mode : standard.Mode,
            Uid = from.Uid,
            Gid = from.Gid,
            OnChange = problems.Enum($"{path}.onChange", from.OnChange, standard.OnChange),
            Signal = from.HasSignal ? from.Signal : null,
        };
    }

    private static Proto.ConfigReference Config(ConfigReference from)
    {
        var to = new Proto.ConfigReference
        {
            Config = from.Config.Value,
            Mode = from.Mode,
            Uid = from.Uid,
            Gid = from.Gid,
            OnChange = EnumMap.To<ReferencePolicy, Proto.ReferencePolicy>(from.OnChange),
        };
        if (from.Target is { } target) to.Target = target;
        if (from.Signal is { } signal) to.Signal = signal;
        return to;
    }
}
