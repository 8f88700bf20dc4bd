using System.Collections.Immutable;
using Warren.Agent.Images;
using Warren.Agent.Network;
using Warren.Containers;

namespace Warren.Agent.Runtime;

/// <summary>A container as the runtime makes it: the spec, and what the agent has got ready for it. All paths are absolute.</summary>
public sealed record ContainerRequest
{
    /// <summary>Its name on this node.</summary>
    public required ContainerId Id { get; init; }

    /// <summary>What the user asked for.</summary>
    public required ContainerSpec Spec { get; init; }

    /// <summary>The image, pulled and unpacked.</summary>
    public required Image Image { get; init; }

    /// <summary>
    /// Says who owns the container and what it was made from (task, service, generation, spec hash): kept with the container, and told
    /// again by <see cref="IContainerRuntime.ListAsync"/> to an agent that adopts it. Names as in <see cref="OwnerLabels"/>.
    /// </summary>
    public required ImmutableSortedDictionary<string, string> OwnerLabels { get; init; }

    /// <summary>The network namespace to join, or null for that of the node.</summary>
    public NetworkAttachment? Network { get; init; }

    /// <summary>The host name, also with the host network.</summary>
    public required string Hostname { get; init; }

    /// <summary>
    /// What is mounted from the node, in the order of mounting: the volumes and bind mounts of the spec with their sources found, its tmpfs
    /// mounts, the hosts, hostname and resolv.conf files, and secrets and configs.
    /// </summary>
    public ImmutableArray<ContainerMount> Mounts { get; init; } = [];

    /// <summary>The folder of the container's log files, which exists.</summary>
    public required string LogDirectory { get; init; }
}
