using Orleans.Configuration;

namespace Orleans.Embedded.Tests.Cluster.Support;

/// <summary>What a <see cref="SiloCluster"/> is made with.</summary>
internal sealed record ClusterSettings
{
    public int Silos { get; init; } = 3;

    /// <summary>Applied to every silo.</summary>
    public Action<ISiloBuilder> Silo { get; init; } = static _ => { };

    /// <summary>Applied to every client.</summary>
    public Action<IClientBuilder> Client { get; init; } = static _ => { };

    public Action<ClusterMembershipOptions> Membership { get; init; } = static _ => { };

    public string ClusterId { get; init; } = "cluster";
}
