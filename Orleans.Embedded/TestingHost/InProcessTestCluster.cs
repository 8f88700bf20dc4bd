using System.Collections.ObjectModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Orleans.TestingHost;

/// <summary>A cluster of silos in the test's own process, and a client of it.</summary>
public sealed class InProcessTestCluster : IAsyncDisposable
{
    private const int FirstSiloPort = 11_111;
    private const int FirstGatewayPort = 30_000;

    /// <summary>What a view needs at the most to reach everybody once it is decided on, on a machine that has much else to do.</summary>
    private static readonly TimeSpan s_gossipTime = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly List<InProcessSiloHandle> _silos = [];
    private readonly HashSet<short> _numbers = [];
    private readonly InMemoryNetwork _network = new(TimeProvider.System);
    private readonly TestHosts _hosts;
    private TestClient? _client;

    internal InProcessTestCluster(InProcessTestClusterOptions options)
    {
        Options = options;
        Faults = new ClusterFaults(_network);
        _hosts = new TestHosts(options, _network);
    }

    /// <exception cref="InvalidOperationException">There is no client: the cluster was not deployed, or its client was stopped.</exception>
    public IClusterClient Client => (_client ?? throw new InvalidOperationException("The cluster has no client: deploy it, or call InitializeClientAsync."))
        .Services.GetRequiredService<IClusterClient>();

    public InProcessTestClusterOptions Options { get; }

    /// <summary>The silos that were started and neither stopped nor killed, in the order of their start.</summary>
    public ReadOnlyCollection<InProcessSiloHandle> Silos
    {
        get
        {
            lock (_gate) return new([.. _silos]);
        }
    }

    /// <summary>Freezes silos, and holds, delays and cuts links.</summary>
    internal ClusterFaults Faults { get; }

    /// <summary>How long membership may take to agree at the most.</summary>
    /// <param name="clusterMembershipOptions">The silos' options.</param>
    /// <param name="didKill">Whether a silo ended without a word, so that the others must find out.</param>
    public static TimeSpan GetLivenessStabilizationTime(ClusterMembershipOptions clusterMembershipOptions, bool didKill = false)
    {
        var detection = didKill ? clusterMembershipOptions.ProbeTimeout * (clusterMembershipOptions.NumMissedProbesLimit + 1) : TimeSpan.Zero;
        return detection + (clusterMembershipOptions.UseLivenessGossip ? s_gossipTime : 2 * clusterMembershipOptions.TableRefreshTimeout);
    }

    /// <summary>Starts the initial silos and the client, and waits until all know of one another.</summary>
    public async Task DeployAsync()
    {
        if (Silos.Count > 0) throw new InvalidOperationException("The cluster is deployed already.");
        try
        {
            await StartSilosAsync(Options.InitialSilosCount);
            if (Options.InitializeClientOnDeploy) await InitializeClientAsync();
            await WaitForLivenessToStabilizeAsync();
        }
        catch
        {
            await StopAllSilosAsync();
            throw;
        }
    }

    /// <summary>Connects a new client, in place of the present one if there is one.</summary>
    public async Task InitializeClientAsync()
    {
        await StopClusterClientAsync();
        _client = await TestClient.StartAsync(_hosts.BuildClient(new TestGateways(this)));
    }

    public IEnumerable<InProcessSiloHandle> GetActiveSilos() => Silos.Where(static silo => silo.IsActive);

    public InProcessSiloHandle? GetSiloForAddress(SiloAddress siloAddress) => GetActiveSilos().FirstOrDefault(silo => silo.SiloAddress.Equals(siloAddress));

    /// <param name="silo">The silo; null for the first.</param>
    public IServiceProvider GetSiloServiceProvider(SiloAddress? silo = null) =>
        (silo is null ? Silos[0] : GetSiloForAddress(silo) ?? throw new ArgumentException($"{silo} is no active silo of this cluster.", nameof(silo))).ServiceProvider;

    public async Task<InProcessSiloHandle> StartAdditionalSiloAsync() => (await StartSilosAsync(1))[0];

    /// <summary>Starts silos side by side, under the lowest names that are free.</summary>
    public async Task<List<InProcessSiloHandle>> StartSilosAsync(int silosToStart)
    {
        var starts = Enumerable.Range(0, silosToStart).Select(_ => TakeNumber()).Select(number => Task.Run(() => StartSiloAsync(number))).ToArray();
        return [.. await Task.WhenAll(starts)];
    }

    /// <summary>Stops a silo gracefully.</summary>
    public async Task StopSiloAsync(InProcessSiloHandle instance)
    {
        try
        {
            await instance.StopSiloAsync(stopGracefully: true);
        }
        finally
        {
            Forget(instance);
        }
    }

    /// <summary>Ends a silo as by a kill of its process: it says no goodbye, and the membership table does not hear of it.</summary>
    public async Task KillSiloAsync(InProcessSiloHandle instance)
    {
        try
        {
            await instance.StopSiloAsync(stopGracefully: false);
        }
        finally
        {
            Forget(instance);
        }
    }

    /// <summary>Stops a silo gracefully and starts it again, under the same name and at the same ports.</summary>
    public async Task<InProcessSiloHandle?> RestartSiloAsync(InProcessSiloHandle instance)
    {
        await StopSiloAsync(instance);
        lock (_gate) _numbers.Add(instance.InstanceNumber);
        return await StartSiloAsync(instance.InstanceNumber);
    }

    /// <summary>Stops all silos gracefully, one after the other.</summary>
    public async Task StopSilosAsync()
    {
        foreach (var silo in Silos) await StopSiloAsync(silo);
    }

    /// <summary>Stops the client and all silos.</summary>
    public async Task StopAllSilosAsync()
    {
        await StopClusterClientAsync();
        await StopSilosAsync();
    }

    public async Task StopClusterClientAsync()
    {
        if (Interlocked.Exchange(ref _client, null) is { } client) await client.StopAsync();
    }

    /// <summary>Ends the client without a goodbye.</summary>
    public async Task KillClientAsync()
    {
        if (Interlocked.Exchange(ref _client, null) is not { } client) return;
        await _network.KillAsync(ClusterFaults.Client);
        await client.DisposeAsync();
    }

    /// <summary>Waits until all silos that run, and the client, see these silos active and no others.</summary>
    /// <param name="didKill">Whether a silo ended without a word before.</param>
    /// <exception cref="TimeoutException">They did not agree within <see cref="GetLivenessStabilizationTime"/>.</exception>
    public Task WaitForLivenessToStabilizeAsync(bool didKill = false)
    {
        var silos = GetActiveSilos().ToList();
        if (silos.Count == 0) return Task.CompletedTask;
        var processes = silos.Select(static silo => (silo.Name, silo.ServiceProvider)).ToList();
        if (_client is { } client) processes.Add((ClusterFaults.Client, client.Services));
        var options = silos[0].ServiceProvider.GetRequiredService<IOptions<ClusterMembershipOptions>>().Value;
        return ViewWaiter.WaitAsync(processes, [.. silos.Select(static silo => silo.SiloAddress)], GetLivenessStabilizationTime(options, didKill));
    }

    /// <summary>Ends everything. Silos that are paused or cut off do not delay it: they are killed.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var silo in Silos)
        {
            if (silo.Faults.Gate.IsHeld) await KillSiloAsync(silo);
        }

        _network.HealAll();
        await StopAllSilosAsync();
        await _network.DisposeAsync();
    }

    private async Task<InProcessSiloHandle> StartSiloAsync(short number)
    {
        var options = new InProcessTestSiloSpecificOptions
        {
            SiloName = $"Silo_{number}",
            SiloPort = FirstSiloPort + number,
            GatewayPort = FirstGatewayPort + number,
        };
        var faults = new SiloFaults(_network, options.SiloName);
        IHost? host = null;
        try
        {
            host = _hosts.BuildSilo(options, faults);
            await host.StartAsync();
            var silo = new InProcessSiloHandle(host, faults, options.SiloName, number);
            lock (_gate) _silos.Add(silo);
            return silo;
        }
        catch
        {
            lock (_gate) _numbers.Remove(number);
            if (host is not null) await host.DisposeFullyAsync();
            throw;
        }
    }

    private short TakeNumber()
    {
        lock (_gate)
        {
            for (short number = 0; ; number++)
            {
                if (_numbers.Add(number)) return number;
            }
        }
    }

    private void Forget(InProcessSiloHandle silo)
    {
        lock (_gate)
        {
            if (_silos.Remove(silo)) _numbers.Remove(silo.InstanceNumber);
        }
    }
}
