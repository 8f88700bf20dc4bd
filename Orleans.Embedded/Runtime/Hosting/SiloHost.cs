using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Membership;
using Orleans.Runtime.Networking;
using Orleans.Serialization;

namespace Orleans.Runtime;

/// <summary>Starts and stops a silo in the order that keeps calls from failing, and ends it at once when the others declare it dead.</summary>
internal sealed class SiloHost(IServiceProvider provider, IHostApplicationLifetime? lifetime = null) : IHostedService, IOwnDeathHandler, IAsyncDisposable
{
    private readonly TaskCompletionSource _declaredDead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private SiloRuntime? _runtime;
    private ConnectionManager? _connections;
    private MembershipAgent? _membership;
    private ISiloService[] _services = [];
    private IDisposable? _views;
    private Task _handingOver = Task.CompletedTask;

    /// <summary>Ends when the silo was declared dead.</summary>
    public Task DeclaredDead => _declaredDead.Task;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Validate();
        await ChooseGenerationAsync();
        _runtime = provider.GetRequiredService<SiloRuntime>();
        _connections = provider.GetRequiredService<ConnectionManager>();
        _membership = provider.GetRequiredService<MembershipAgent>();
        var setup = provider.GetRequiredService<SiloSetup>();
        setup.OnOtherControl = OnControl;
        setup.OnPeer = OnPeer;
        setup.OnBarred = OnBarred;
        setup.RequestView = () => _membership.OnHint("a message shows that there is a newer view");
        _views = setup.Views.Subscribe(OnView);
        foreach (var endpoint in Endpoints()) await _connections.ListenAsync(endpoint, cancellationToken);
        await _membership.JoinAsync(cancellationToken);
        _services = [.. provider.GetServices<ISiloService>()];
        foreach (var service in _services) await service.StartAsync(cancellationToken);
        _runtime.Log.SiloActive(_runtime.Address, _runtime.Classes.Count);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_runtime is null || _membership is null || _connections is null) return;
        if (_runtime.IsHalted)
        {
            await DisposeAsync();
            return;
        }

        _runtime.Log.SiloLeaving(_runtime.Address, _runtime.Directory.Count);
        try
        {
            foreach (var service in _services.Reverse()) await service.StopAsync(cancellationToken);
            await _membership.LeaveRingAsync(isGraceful: true, cancellationToken);
            await Volatile.Read(ref _handingOver).WaitAsync(cancellationToken);
            await _runtime.DeactivateAllAsync(cancellationToken);
            await _membership.LeaveAsync(cancellationToken);
            await _connections.StopAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The host's patience is at an end: what is not handed over by now is taken over as from a silo that died.
        }

        await DisposeAsync();
    }

    public void OnDeclaredDead(string reason)
    {
        if (_runtime is null || _runtime.IsHalted) return;
        _runtime.Log.SiloDeclaredDead(_runtime.Address, reason);
        _runtime.Halt();
        _ = _connections?.DisposeAsync().AsTask();
        Environment.ExitCode = 1;
        lifetime?.StopApplication();
        _declaredDead.TrySetResult();
    }

    public async ValueTask DisposeAsync()
    {
        _views?.Dispose();
        if (_membership is not null) await _membership.DisposeAsync();
        if (_connections is not null) await _connections.DisposeAsync();
        _runtime?.Dispose();
    }

    private void Validate()
    {
        var cluster = provider.GetRequiredService<IOptions<ClusterOptions>>().Value;
        var messaging = provider.GetRequiredService<IOptions<SiloMessagingOptions>>().Value;
        var collection = provider.GetRequiredService<IOptions<GrainCollectionOptions>>().Value;
        var endpoint = provider.GetRequiredService<IOptions<EndpointOptions>>().Value;
        var problems = EngineServices.Check(new OptionsProblems(), cluster, messaging)
            .Within("SiloMessagingOptions.MaxEnqueuedRequestsHardLimit", messaging.MaxEnqueuedRequestsHardLimit, 1, int.MaxValue)
            .Within("EndpointOptions.SiloPort", endpoint.SiloPort, 1, 65535)
            .Within("EndpointOptions.GatewayPort", endpoint.GatewayPort, 0, 65535)
            .Positive("GrainCollectionOptions.CollectionQuantum", collection.CollectionQuantum)
            .Positive("GrainCollectionOptions.CollectionAge", collection.CollectionAge)
            .Positive("GrainCollectionOptions.ActivationTimeout", collection.ActivationTimeout)
            .Positive("GrainCollectionOptions.DeactivationTimeout", collection.DeactivationTimeout)
            .That(
                provider.GetService<IMembershipTable>() is not null,
                "no IMembershipTable is registered: choose a store, or UseLocalhostClustering for a single silo");
        try
        {
            _ = provider.GetRequiredService<IOptions<ClusterMembershipOptions>>().Value;
        }
        catch (OptionsValidationException exception)
        {
            problems.All(exception.Failures);
        }

        problems.ThrowIfAny("The silo");
    }

    /// <summary>A silo that starts again within a second, or with its clock set back, must come after its former life all the same.</summary>
    private async Task ChooseGenerationAsync()
    {
        if (provider.GetRequiredService<ILocalSiloDetails>() is not LocalSiloDetails details) return;
        try
        {
            var table = provider.GetRequiredService<IMembershipTable>();
            await table.InitializeMembershipTable(true);
            details.ChooseGeneration(await table.ReadAll());
        }
        catch (Exception exception)
        {
            // Joining waits for the table; the clock's generation is right in all but rare cases.
            provider.GetRequiredService<EngineLog>().GenerationByClock(exception);
        }
    }

    private IEnumerable<EndPoint> Endpoints()
    {
        var options = provider.GetRequiredService<IOptions<EndpointOptions>>().Value;
        var address = _runtime!.Address.Endpoint.Address;
        yield return options.SiloListeningEndpoint ?? new IPEndPoint(address, options.SiloPort);
        if (options.GatewayPort != 0 && options.GatewayPort != options.SiloPort)
            yield return options.GatewayListeningEndpoint ?? new IPEndPoint(address, options.GatewayPort);
    }

    private void OnView(ClusterView previous, ClusterView view)
    {
        _connections!.Part(previous, view);
        var before = _handingOver;
        var now = _runtime!.OnViewAsync(previous, view);
        Volatile.Write(ref _handingOver, FinishAsync(before, now));
    }

    private async Task FinishAsync(Task before, Task now)
    {
        await before;
        try
        {
            await now;
        }
        catch (Exception exception)
        {
            _runtime!.Log.BackgroundWorkFailed(exception, nameof(OnView));
        }
    }

    private void OnPeer(PeerId peer, bool isConnected)
    {
        if (isConnected && peer.IsClient)
        {
            SendView(peer);
            SendManifest(peer);
        }
        else if (!isConnected && peer.Silo is { } silo)
        {
            _membership!.OnConnectionLost(silo);
        }
    }

    private void OnBarred(PeerId peer)
    {
        if (peer.Silo is { } silo) _membership!.OnBarred(silo);
    }

    private void OnControl(PeerId from, byte kind, byte[] payload)
    {
        switch (kind)
        {
            case ControlKind.View when !from.IsClient: _membership!.OnGossip(payload); break;
            case ControlKind.ViewRequest: SendView(from); break;
        }
    }

    private void SendView(PeerId to)
    {
        using var writer = new WireWriter();
        GossipMessage.Of(_runtime!.View).Write(writer);
        _runtime.SendControl(to, ControlKind.View, writer.WrittenSpan);
    }

    private void SendManifest(PeerId to)
    {
        using var writer = new WireWriter();
        ManifestGrainTypeResolver.Write(writer, _runtime!.Classes);
        _runtime.SendControl(to, ControlKind.Manifest, writer.WrittenSpan);
    }
}
