using System.Collections.Immutable;
using Warren.Containers;
using Warren.Services;
using Warren.Volumes;

namespace Warren.Nodes;

/// <summary>All that an agent needs to make the tasks of one version of a service. Never changes.</summary>
[GenerateSerializer, Alias("warren.task-template"), Immutable]
public sealed record TaskTemplate
{
    /// <summary>The service.</summary>
    [Id(0)]
    public required ServiceName Service { get; init; }

    /// <summary>The version of its spec.</summary>
    [Id(1)]
    public required long Version { get; init; }

    /// <summary>What each task runs.</summary>
    [Id(2)]
    public required ContainerSpec Container { get; init; }

    /// <summary>The image pinned to a digest, when the manager knows it. Default (null): the node asks for itself.</summary>
    [Id(3)]
    public string? PinnedImage { get; init; }

    /// <summary>The volumes that its mounts name. Default: none.</summary>
    [Id(4)]
    public ImmutableArray<VolumeSpec> Volumes { get; init; } = [];

    /// <summary>Secrets and configs as files. Default: none.</summary>
    [Id(5)]
    public ImmutableArray<TaskFile> Files { get; init; } = [];

    /// <summary>
    /// How its node starts its tasks again by itself while it can reach no manager. Default (null): not at all; runs of jobs are counted by the managers.
    /// </summary>
    [Id(6)]
    public RestartSpec? Restart { get; init; }

    /// <summary>The labels of the service, for files that are templates. Default: none.</summary>
    [Id(7)]
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}
