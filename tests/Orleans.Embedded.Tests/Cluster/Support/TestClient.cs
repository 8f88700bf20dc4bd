using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime.Membership;

namespace Orleans.Embedded.Tests.Cluster.Support;

/// <summary>A client of a <see cref="SiloCluster"/>.</summary>
internal sealed class TestClient(string name, IHost host)
{
    public string Name => name;

    public IHost Host => host;

    public IClusterClient Grains => Get<IClusterClient>();

    public ClusterViewSource Views => Get<ClusterViewSource>();

    public T Get<T>()
        where T : notnull => host.Services.GetRequiredService<T>();
}
