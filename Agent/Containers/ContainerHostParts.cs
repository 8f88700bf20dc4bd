using Warren.Agent.Images;
using Warren.Agent.Logs;
using Warren.Agent.Network;
using Warren.Agent.Runtime;
using Warren.Agent.Volumes;

namespace Warren.Agent.Containers;

/// <summary>What a container is put together from, by whom.</summary>
internal sealed record ContainerHostParts
{
    /// <summary>Its process.</summary>
    public required IContainerRuntime Runtime { get; init; }

    /// <summary>Its root file system.</summary>
    public required IImageStore Images { get; init; }

    /// <summary>Its network namespace.</summary>
    public required INetworkPlane Network { get; init; }

    /// <summary>Its volumes.</summary>
    public required IVolumeStore Volumes { get; init; }

    /// <summary>The volumes that its image asks for.</summary>
    public required ImageVolumes ImageVolumes { get; init; }

    /// <summary>Its secrets and configs.</summary>
    public required ContainerFiles Files { get; init; }

    /// <summary>Its hosts, hostname and resolv.conf.</summary>
    public required ContainerNames Names { get; init; }

    /// <summary>Its output.</summary>
    public required ILogStore Logs { get; init; }
}
