using Orleans.Messaging;

namespace Orleans.TestingHost;

/// <summary>The silos of a test cluster that run, for its client.</summary>
internal sealed class TestGateways(InProcessTestCluster cluster) : IGatewayListProvider
{
    public TimeSpan MaxStaleness => TimeSpan.FromSeconds(1);

    public bool IsUpdatable => true;

    public Task InitializeGatewayListProvider() => Task.CompletedTask;

    public Task<IList<Uri>> GetGateways() => Task.FromResult<IList<Uri>>(
        [.. cluster.GetActiveSilos().Select(static silo => new Uri($"gwy.tcp://{silo.GatewayAddress.Endpoint}/{silo.GatewayAddress.Generation}"))]);
}
