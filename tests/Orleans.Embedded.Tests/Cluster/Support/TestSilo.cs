using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime.Membership;

namespace Orleans.Embedded.Tests.Cluster.Support;

/// <summary>One silo of a <see cref="SiloCluster"/>.</summary>
internal sealed class TestSilo(string name, IHost host, SiloGate gate, SiloTime time)
{
    public string Name => name;

    public IHost Host => host;

    public SiloGate Gate => gate;

    public SiloTime Time => time;

    public SiloAddress Address => Get<ILocalSiloDetails>().SiloAddress;

    public ClusterViewSource Views => Get<ClusterViewSource>();

    public IGrainFactory Grains => Get<IGrainFactory>();

    /// <summary>Ends when the silo has found itself declared dead.</summary>
    public Task DeclaredDead => Get<SiloHost>().DeclaredDead;

    public T Get<T>()
        where T : notnull => host.Services.GetRequiredService<T>();

    public override string ToString() => $"{name} ({Address})";
}
