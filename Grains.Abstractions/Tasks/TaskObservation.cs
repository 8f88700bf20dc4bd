using System.Collections.Immutable;

namespace Warren.Tasks;

/// <summary>What was last seen of a task. (The name TaskStatus is taken by .NET.)</summary>
[GenerateSerializer, Alias("warren.task-observation"), Immutable]
public sealed record TaskObservation
{
    /// <summary>The state.</summary>
    [Id(0)]
    public required TaskState State { get; init; }

    /// <summary>When the task came into this state, by the clock of whoever saw it.</summary>
    [Id(1)]
    public required DateTimeOffset At { get; init; }

    /// <summary>Why, for people: <c>pulling docker.io/library/nginx:1.27</c>, <c>exit code 3</c>. No secrets, no environment values.</summary>
    [Id(2)]
    public string Reason { get; init; } = "";

    /// <summary>Addresses of its network namespace. Default: none.</summary>
    [Id(3)]
    public ImmutableArray<string> Addresses { get; init; } = [];

    /// <summary>Ports that its node publishes for it. Default: none.</summary>
    [Id(4)]
    public ImmutableArray<TaskPort> Ports { get; init; } = [];

    /// <summary>Default: <see cref="TaskHealth.Unprobed"/>.</summary>
    [Id(5)]
    public TaskHealth Health { get; init; }

    /// <summary>When its process began. Null: it did not, or nobody knows.</summary>
    [Id(6)]
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When its process ended. Null: it did not, or nobody knows.</summary>
    [Id(7)]
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The exit code; 128 and the signal's number after a signal. Null: it did not end, or nobody knows.</summary>
    [Id(8)]
    public int? ExitCode { get; init; }

    /// <summary>Whether the kernel killed it for lack of memory.</summary>
    [Id(9)]
    public bool OutOfMemory { get; init; }

    /// <summary>How often its node has started it again by itself, with no manager in reach; the rest is told of the last start. Default: 0.</summary>
    [Id(10)]
    public int LocalRestarts { get; init; }

    /// <summary>Whether it takes traffic now.</summary>
    public bool IsReady() => State == TaskState.Running && Health is (TaskHealth.Unprobed or TaskHealth.Ready);
}
