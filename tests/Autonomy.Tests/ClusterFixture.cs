using Warren.Harness.Clusters;

namespace Warren.Autonomy.Tests;

/// <summary>A manager and three workers, for the tests of one class.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    private const int Workers = 3;

    /// <summary>The cluster.</summary>
    public RealCluster Cluster { get; } = new();

    /// <inheritdoc/>
    public Task InitializeAsync() => Cluster.StartAsync(Workers);

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Cluster.DisposeAsync();
}
