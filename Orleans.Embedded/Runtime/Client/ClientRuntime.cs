using Orleans.Metadata;
using Orleans.Runtime.Membership;
using Orleans.Runtime.Networking;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>Makes calls from a process that is no silo, straight to the silos that own the grains, and runs its observers.</summary>
internal sealed class ClientRuntime : GrainRuntime, IMessageHandler
{
    private readonly ClusterViewSource _views;
    private readonly ManifestGrainTypeResolver _manifest = new();
    private readonly TaskCompletionSource _manifestKnown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ConnectionManager? _connections;
    private int _nextSilo;

    public ClientRuntime(RuntimeSetup setup, Guid clientId, ClusterViewSource views, TypeCatalog catalog, int maxWaitingCalls)
        : base(setup)
    {
        _views = views;
        ClientId = clientId;
        Catalog = catalog;
        Observers = new ObserverTable(() => PeerId.OfClient(clientId), maxWaitingCalls, Log);
        Factory = new GrainFactory(this, catalog, _manifest, Observers);
    }

    public Guid ClientId { get; }

    public override GrainFactory Factory { get; }

    public override IReferenceFactory References => Factory;

    public TypeCatalog Catalog { get; }

    public ObserverTable Observers { get; }

    /// <summary>Ends when a silo has told which grains there are.</summary>
    public Task ManifestKnown => _manifestKnown.Task;

    /// <summary>Told when a connection comes (true) or goes (false).</summary>
    public Action<PeerId, bool> OnPeer { get; set; } = static (_, _) => { };

    /// <summary>Asks the silos for a newer view.</summary>
    public Action RequestView { get; set; } = static () => { };

    /// <summary>To be called once before the client starts: the connections and the runtime need each other.</summary>
    public void Attach(ConnectionManager connections) => _connections = connections;

    public long ViewVersion => _views.Current.Version.Value;

    public Request? CreateRequest(ulong methodId) => Catalog.CreateRequest(methodId);

    public void OnMessage(Message message)
    {
        if (ObserverIds.TryGetHost(message.Target, out var host) && host.Equals(PeerId.OfClient(ClientId))) Observers.Deliver(message);
        else message.Reject(RejectionKind.ClientNotAvailable, $"{message.Target} is not in this client.");
    }

    public void OnCancel(PeerId from, long callId)
    {
        // Methods of observers get no token of their own: their calls end by themselves.
    }

    public void OnControl(PeerId from, byte kind, ReadOnlySpan<byte> payload)
    {
        try
        {
            if (kind == ControlKind.View && GossipMessage.Read(payload).View is { } view)
            {
                _views.TryAdvance(view);
            }
            else if (kind == ControlKind.Manifest)
            {
                var reader = new WireReader(payload);
                _manifest.Merge(ref reader);
                _manifestKnown.TrySetResult();
            }
        }
        catch (WireFormatException exception)
        {
            Log.MessageRefused(from, exception.Message);
        }
    }

    public void OnConnected(PeerId peer) => OnPeer(peer, true);

    public void OnDisconnected(PeerId peer, Exception? reason) => OnPeer(peer, false);

    public void OnCutOff(PeerId peer)
    {
        // As with OnCancel: nothing here can be cancelled.
    }

    public void OnBarred(PeerId peer)
    {
        // A client has no say in who is a silo.
    }

    protected override long CurrentVersion => _views.Current.Version.Value;

    protected override void Send(GrainReference target, Message message, Call? call) => Route(message, call);

    protected override void Route(Message message, Call? call)
    {
        if (ObserverIds.TryGetHost(message.Target, out var host) && host.Equals(PeerId.OfClient(ClientId)))
        {
            Observers.Deliver(message);
            return;
        }

        if (ChooseSilo(message.Target) is not { } silo)
        {
            message.CompleteWithException(new SiloUnavailableException($"{message}: no silo of the cluster can be reached."));
            return;
        }

        message.ViewVersion = _views.Current.Version.Value;
        var peer = PeerId.OfSilo(silo);
        if (call is null)
        {
            _connections!.SendOneWay(peer, message);
            return;
        }

        call.SentTo = peer;
        _connections!.Send(peer, call);
    }

    protected override Task CatchUpAsync(long viewVersion, TimeSpan atMost) => ViewCatchUp.WaitAsync(_views, viewVersion, atMost, Time, RequestView);

    protected override void AbandonRemote(Call call, PeerId peer)
    {
        _connections?.Forget(peer, call.Message.CallId);
        if (call.Message.Request.IsCancellable) _connections?.SendCancel(peer, call.Message.CallId);
    }

    private SiloAddress? ChooseSilo(GrainId target)
    {
        if (SystemGrains.IsPerSilo(target.Type)) return SystemGrains.SiloOf(target);
        var view = _views.Current;
        if (!_manifest.IsStatelessWorker(target.Type) && !ObserverIds.IsObserver(target)) return view.Ring.OwnerOf(target);
        return view.Active.Length == 0 ? null : view.Active[(int)((uint)Interlocked.Increment(ref _nextSilo) % (uint)view.Active.Length)];
    }
}
