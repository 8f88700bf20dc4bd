using Microsoft.Extensions.Hosting;

namespace Orleans.TestingHost;

/// <summary>What a test cluster is made of.</summary>
public sealed class InProcessTestClusterOptions
{
    /// <summary>Run, in their order, on the client's host before the client is added to it.</summary>
    public List<Action<IHostApplicationBuilder>> ClientHostConfigurationDelegates { get; } = [];

    public string ClusterId { get; set; } = "";

    /// <summary>Whether <see cref="InProcessTestCluster.DeployAsync"/> connects a client too. Default true.</summary>
    public bool InitializeClientOnDeploy { get; set; } = true;

    /// <summary>How many silos <see cref="InProcessTestCluster.DeployAsync"/> starts. Default 2.</summary>
    public short InitialSilosCount { get; set; } = 2;

    public string ServiceId { get; set; } = "";

    /// <summary>Run, in their order, on the host of each silo before the silo is added to it.</summary>
    public List<Action<InProcessTestSiloSpecificOptions, IHostApplicationBuilder>> SiloHostConfigurationDelegates { get; } = [];
}
