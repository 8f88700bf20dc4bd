using Warren.Nodes;

namespace Warren.Tasks;

/// <summary>One attempt to run one replica: what is meant to become of it, and what was last seen.</summary>
[GenerateSerializer, Alias("warren.task-record"), Immutable]
public sealed record TaskRecord
{
    /// <summary>Service, slot and generation.</summary>
    [Id(0)]
    public required TaskId Id { get; init; }

    /// <summary>The version of the service's spec that it runs, see <see cref="Services.ServiceRevision"/>.</summary>
    [Id(1)]
    public required long SpecVersion { get; init; }

    /// <summary>When its service made it.</summary>
    [Id(2)]
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What is meant; written by the service alone.</summary>
    [Id(3)]
    public DesiredState Desired { get; init; }

    /// <summary>When that was decided.</summary>
    [Id(4)]
    public required DateTimeOffset DesiredAt { get; init; }

    /// <summary>Why it was decided, for people: <c>scaled from 5 to 3</c>.</summary>
    [Id(5)]
    public string DesiredReason { get; init; } = "";

    /// <summary>What was last seen.</summary>
    [Id(6)]
    public required TaskObservation Observed { get; init; }

    /// <summary>The node that promised to run it. Null: none yet.</summary>
    [Id(7)]
    public NodeId? Node { get; init; }

    /// <summary>It is not placed before: the restart delay. Null: at once.</summary>
    [Id(8)]
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The <see cref="TaskReport.Sequence"/> of the report that was taken last; 0 before the first.</summary>
    [Id(9)]
    public long LastReport { get; init; }
}
