using Warren.Harness.Clusters;

namespace Warren.Trust.Tests;

/// <summary>A cluster for the tests of one class.</summary>
public sealed class FoundedFixture : IAsyncLifetime
{
    /// <summary>The cluster.</summary>
    public FoundedCluster Founded { get; } = new();

    /// <inheritdoc/>
    public Task InitializeAsync() => Founded.StartAsync();

    /// <inheritdoc/>
    public async Task DisposeAsync() => await Founded.DisposeAsync();
}
