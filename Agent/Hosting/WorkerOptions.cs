using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Warren.Agent.Images;
using Warren.Agent.Network;
using Warren.Agent.Runtime.Containerd;
using Warren.Clusters;
using Warren.Hosting.Identities;
using Warren.Hosting.Joining;
using Warren.Hosting.Managers;
using Warren.Nodes;

namespace Warren.Agent.Hosting;

/// <summary>Settings of a worker. All problems are reported together, before anything is started.</summary>
public sealed record WorkerOptions
{
    /// <summary>What runs the containers. Default: <see cref="RuntimeKind.Containerd"/>.</summary>
    public RuntimeKind Runtime { get; init; }

    /// <summary>The managers to register with, any of them. Default: none; the worker then only looks after the containers that are there.</summary>
    public ImmutableArray<ManagerAddress> Managers { get; init; } = [];

    /// <summary>The node's id, for good. Default (null): that of the data folder, made at the first start.</summary>
    public NodeId? Node { get; init; }

    /// <summary>The node's name, a DNS name in lower case. Default: the machine's.</summary>
    public string Name { get; init; } = Environment.MachineName.ToLowerInvariant();

    /// <summary>Labels that the node gets when it registers for the first time; later ones are the operator's. Default: none.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What the machine keeps for itself: tasks are promised its processors and memory less this. Default: nothing.</summary>
    public ResourceAmount Reserve { get; init; }

    /// <summary>
    /// The certificate by which worker and managers know each other, if that was made elsewhere. Default (null): that which the worker got by
    /// <see cref="Token"/>; without either none, only for tests.
    /// </summary>
    public IdentityFiles? Identity { get; init; }

    /// <summary>What it joins a cluster with, by one of <see cref="Managers"/>. Default: none. Of no meaning once it has joined.</summary>
    public JoinToken? Token { get; init; }

    /// <summary>The port of the managers on which machines join. Default: 2391.</summary>
    public int JoinPort { get; init; } = JoinPorts.Default;

    /// <summary>The folder of what must survive a restart of the machine: volumes, logs, records. Default: <c>/var/lib/warren/worker</c>.</summary>
    public string DataDirectory { get; init; } = "/var/lib/warren/worker";

    /// <summary>
    /// The folder of what goes with the machine's restart: network namespaces, secrets in memory. Must lie on a memory disk. Default: <c>/run/warren</c>.
    /// </summary>
    public string RunDirectory { get; init; } = "/run/warren";

    /// <summary>How containerd is used; its run folder is set from <see cref="RunDirectory"/>. Default: Debian's containerd.</summary>
    public ContainerdOptions Containerd { get; init; } = new();

    /// <summary>How containers are connected; its folders are set from the two above. Default: bridge <c>warren0</c>.</summary>
    public NetworkOptions Network { get; init; } = new();

    /// <summary>How images are got; its data folder is set from <see cref="DataDirectory"/>.</summary>
    public ImageOptions Images { get; init; } = new();

    /// <summary>When images that nobody needs are removed. Default: once the disk is 85 % full, until it is 80 % full.</summary>
    public ImageCollectionPolicy ImageCollection { get; init; } = new();

    /// <summary>How long a container in Warren's namespace that nobody ordered is left alone before it is stopped and removed. Default: 5 min.</summary>
    public TimeSpan StrayGracePeriod { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The least severe entries that are logged; below <see cref="LogLevel.Information"/> also those of the engine. Default: Information.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>The most bytes that the secrets and configs of one container may take in memory. Default: 16 MiB.</summary>
    public long FilesLimit { get; init; } = 16 * 1024 * 1024;
}
