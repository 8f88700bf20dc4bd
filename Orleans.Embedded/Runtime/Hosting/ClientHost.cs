using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Messaging;
using Orleans.Runtime.Membership;
using Orleans.Runtime.Networking;

namespace Orleans.Runtime;

/// <summary>
/// Connects a client to the cluster and keeps it connected: to every silo that is active, so that calls go straight to the owner of a
/// grain and each silo can call the client's observers. When all connections are lost it dials the silos it last knew, and the gateways.
/// </summary>
internal sealed class ClientHost(
    IServiceProvider provider,
    ClientRuntime runtime,
    ConnectionManager connections,
    ClusterViewSource views,
    IOptions<GatewayOptions> options,
    IOptions<ClusterOptions> cluster,
    IOptions<ClientMessagingOptions> messaging,
    TimeProvider time,
    EngineLog log,
    IClientConnectionRetryFilter? retryFilter = null) : IHostedService, IAsyncDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private IGatewayListProvider? _gateways;
    private IDisposable? _subscription;
    private Task _upkeep = Task.CompletedTask;
    private bool _isDisposed;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _gateways = provider.GetService<IGatewayListProvider>();
        EngineServices.Check(new OptionsProblems(), cluster.Value, messaging.Value)
            .Positive("GatewayOptions.GatewayListRefreshPeriod", options.Value.GatewayListRefreshPeriod)
            .That(_gateways is not null, "no IGatewayListProvider is registered: name silos by UseStaticClustering")
            .ThrowIfAny("The client");
        _subscription = views.Subscribe(OnView);
        runtime.OnPeer = OnPeer;
        runtime.RequestView = RequestView;
        await _gateways!.InitializeGatewayListProvider();
        await ConnectFirstAsync(cancellationToken);
        _upkeep = KeepConnectedAsync();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_isDisposed) return;
        await _ending.CancelAsync();
        await _upkeep;
        await connections.StopAsync(cancellationToken);
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        _subscription?.Dispose();
        await _ending.CancelAsync();
        await _upkeep;
        await connections.DisposeAsync();
        runtime.Dispose();
        _ending.Dispose();
        _wake.Dispose();
    }

    private async Task ConnectFirstAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await ConnectToAnyAsync(cancellation);
                await runtime.ManifestKnown.WaitAsync(messaging.Value.ResponseTimeout, time, cancellation);
                return;
            }
            catch (Exception exception) when (exception is SiloUnavailableException or TimeoutException)
            {
                if (retryFilter is null || !await retryFilter.ShouldRetryConnectionAttempt(exception, cancellation)) throw;
            }
        }
    }

    /// <summary>Dials the silos that are known, then the gateways, until one answers.</summary>
    private async Task ConnectToAnyAsync(CancellationToken cancellation)
    {
        var failures = new List<string>();
        var endpoints = views.Current.Active.Select(static silo => silo.Endpoint).Concat((await _gateways!.GetGateways()).Select(Parse)).Distinct().ToList();
        foreach (var endpoint in endpoints)
        {
            try
            {
                await connections.ConnectAsync(endpoint, cancellation);
                return;
            }
            catch (SiloUnavailableException exception)
            {
                failures.Add(exception.Message);
            }
        }

        throw new SiloUnavailableException(endpoints.Count == 0
            ? "The list of gateways is empty: name at least one silo."
            : $"No silo of the cluster can be reached: {string.Join("; ", failures)}");
    }

    private static IPEndPoint Parse(Uri gateway) => IPAddress.TryParse(gateway.Host, out var address)
        ? new IPEndPoint(address, gateway.Port)
        : throw new OrleansConfigurationException($"The gateway '{gateway}' is not of the form gwy.tcp://address:port/0.");

    private async Task KeepConnectedAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await _wake.WaitAsync(options.Value.GatewayListRefreshPeriod, _ending.Token);
                if (connections.Connected.Count == 0) await ConnectToAnyAsync(_ending.Token);
                foreach (var silo in views.Current.Active)
                {
                    if (!connections.Connected.Contains(PeerId.OfSilo(silo))) connections.SendControl(PeerId.OfSilo(silo), ControlKind.ViewRequest, []);
                }
            }
            catch (OperationCanceledException) when (_ending.IsCancellationRequested)
            {
                return;
            }
            catch (SiloUnavailableException exception)
            {
                log.ClusterUnreachable(exception.Message);
            }
            catch (Exception exception)
            {
                log.BackgroundWorkFailed(exception, nameof(KeepConnectedAsync));
            }
        }
    }

    private void OnView(ClusterView previous, ClusterView view)
    {
        connections.Part(previous, view);
        Wake();
    }

    private void OnPeer(PeerId peer, bool isConnected)
    {
        if (!isConnected) Wake();
    }

    private void Wake()
    {
        try
        {
            _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
            return;
        }
    }

    private void RequestView()
    {
        foreach (var peer in connections.Connected) connections.SendControl(peer, ControlKind.ViewRequest, []);
    }
}
