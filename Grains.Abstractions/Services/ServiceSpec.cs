using System.Collections.Immutable;
using Warren.Configs;
using Warren.Containers;
using Warren.Secrets;

namespace Warren.Services;

/// <summary>
/// A service as the user wrote it; Warren reads it and never edits it. Each member is carried out, or refused by
/// <see cref="ServiceSpecValidator"/>. Compare two by <see cref="ServiceSpecChange"/>: record equality compares collections by reference.
/// </summary>
[GenerateSerializer, Alias("warren.service-spec"), Immutable]
public sealed record ServiceSpec
{
    /// <summary>The name, for good.</summary>
    [Id(0)]
    public required ServiceName Name { get; init; }

    /// <summary>Labels of the service; not those of its containers. Names that begin with <c>warren.</c> are refused. Default: none.</summary>
    [Id(1)]
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What each task runs.</summary>
    [Id(2)]
    public required ContainerSpec Container { get; init; }

    /// <summary>Default: <see cref="ServiceMode.Replicated"/>.</summary>
    [Id(3)]
    public ServiceMode Mode { get; init; }

    /// <summary>How many tasks run, 0 to 100,000; only with mode replicated. Default: 1.</summary>
    [Id(4)]
    public int? Replicas { get; init; }

    /// <summary>How a run goes; only with modes job and cron. Default: one task, tried again three times.</summary>
    [Id(5)]
    public JobSpec? Job { get; init; }

    /// <summary>When runs begin; must be given with mode cron, only then.</summary>
    [Id(6)]
    public CronSpec? Cron { get; init; }

    /// <summary>On which nodes tasks may and should run. Default: any, spread evenly.</summary>
    [Id(7)]
    public PlacementSpec Placement { get; init; } = PlacementSpec.Default;

    /// <summary>When a task that ended gets a successor. Default: always, for a job after a failure.</summary>
    [Id(8)]
    public RestartSpec Restart { get; init; } = RestartSpec.Default;

    /// <summary>How tasks are replaced when the spec changes. Default: one by one, the next after the last is ready.</summary>
    [Id(9)]
    public UpdateSpec Update { get; init; } = UpdateSpec.Default;

    /// <summary>Secrets that each task gets as files, at distinct targets. Default: none.</summary>
    [Id(10)]
    public ImmutableArray<SecretReference> Secrets { get; init; } = [];

    /// <summary>Configs that each task gets as files, at distinct targets. Default: none.</summary>
    [Id(11)]
    public ImmutableArray<ConfigReference> Configs { get; init; } = [];

    /// <summary>0 to 100; when not all pending tasks fit, those of higher priority are placed first. No task is stopped for it. Default: 0.</summary>
    [Id(12)]
    public int Priority { get; init; }

    /// <summary>
    /// How long a task that takes traffic runs on, out of traffic, before its stop signal, when it is replaced, moved or scaled away; 0 to 10 min; not
    /// for jobs. Default (null): 1 s for a service with ports, else none.
    /// </summary>
    [Id(13)]
    public TimeSpan? TrafficGrace { get; init; }
}
