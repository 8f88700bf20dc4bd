using Warren.Nodes;

namespace Warren.Volumes;

/// <summary>A volume and where it is.</summary>
[GenerateSerializer, Alias("warren.volume-record"), Immutable]
public sealed record VolumeRecord
{
    /// <summary>The name, which is also that of the spec.</summary>
    [Id(0)]
    public required VolumeName Name { get; init; }

    /// <summary>What the user wrote; the defaults, for a volume that a task named first.</summary>
    [Id(1)]
    public required VolumeSpec Spec { get; init; }

    /// <summary>
    /// The node that keeps its files: only there can tasks use it. Null when any node can reach it, or when it has none yet; the first task
    /// that uses it then decides.
    /// </summary>
    [Id(2)]
    public NodeId? Node { get; init; }

    /// <summary>When it was made.</summary>
    [Id(3)]
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>From 1, one more with every change of the labels. Default: 1.</summary>
    [Id(4)]
    public long Version { get; init; } = 1;
}
