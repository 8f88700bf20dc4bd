using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Runtime.Membership;
using Orleans.Runtime.Networking;
using Orleans.TestingHost;

namespace Orleans.Embedded.Tests.Testing;

/// <summary>Silos and clients as hosts start them, on a network in memory. Their clocks are real.</summary>
internal sealed class TestSilos(Action<ISiloBuilder>? configure = null) : IAsyncDisposable
{
    private const int FirstPort = 11_000;
    private readonly InMemoryNetwork _network = new(TimeProvider.System);
    private readonly InMemoryMembershipTable _membership = new();
    private readonly List<IHost> _hosts = [];
    private int _clients;

    public List<IHost> Silos { get; } = [];

    /// <summary>The factory of the first silo: its calls to grains of that silo do not leave the process.</summary>
    public IClusterClient Local => Silos[0].Services.GetRequiredService<IClusterClient>();

    /// <summary>What the hosts have logged.</summary>
    public LogRecorder Log { get; } = new();

    public static async Task<TestSilos> StartAsync(Action<ISiloBuilder>? configure = null, int silos = 1)
    {
        var all = new TestSilos(configure);
        for (var i = 0; i < silos; i++) await all.AddSiloAsync();
        return all;
    }

    public async Task<IHost> AddSiloAsync()
    {
        var port = FirstPort + Silos.Count;
        var host = CreateHost($"silo-{port}", builder => builder.UseOrleans(silo =>
        {
            silo.Services.AddSingleton<IMembershipTable>(_membership);
            silo.UseLocalhostClustering(port, 0);
            configure?.Invoke(silo);
        }));
        Silos.Add(host);
        await host.StartAsync();
        return host;
    }

    /// <summary>A client of its own, whose calls go over connections.</summary>
    public async Task<IClusterClient> AddClientAsync(Action<IClientBuilder>? configureClient = null)
    {
        var host = CreateHost($"client-{++_clients}", builder => builder.UseOrleansClient(client =>
        {
            client.UseStaticClustering(new IPEndPoint(IPAddress.Loopback, FirstPort));
            client.Configure<ClusterOptions>(static options => (options.ServiceId, options.ClusterId) = ("dev", "dev"));
            configureClient?.Invoke(client);
        }));
        await host.StartAsync();
        return host.Services.GetRequiredService<IClusterClient>();
    }

    public SiloRuntime Runtime(int silo = 0) => Silos[silo].Services.GetRequiredService<SiloRuntime>();

    public async ValueTask DisposeAsync()
    {
        foreach (var host in Enumerable.Reverse(_hosts))
        {
            await host.StopAsync();
            host.Dispose();
        }

        await _network.DisposeAsync();
    }

    private IHost CreateHost(string node, Action<HostApplicationBuilder> configureHost)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddProvider(Log).SetMinimumLevel(LogLevel.Debug);
        var transport = _network.TransportOf(node);
        builder.Services.TryAddSingleton(new NetworkTransport(transport, transport, NoTransportSecurity.Instance));
        configureHost(builder);
        var host = builder.Build();
        _hosts.Add(host);
        return host;
    }
}
