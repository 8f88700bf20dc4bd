namespace Warren.ControlPlane.Tests.Testing;

/// <summary>One manager and two nodes for all tests of a class: for those that harm nothing, and keep to services of their own.</summary>
public sealed class CalmCluster : IAsyncLifetime
{
    internal TestCluster Cluster { get; private set; } = null!;

    public async Task InitializeAsync() => Cluster = await TestCluster.StartAsync(nodes: 2, silos: 1);

    public async Task DisposeAsync() => await Cluster.DisposeAsync();
}
