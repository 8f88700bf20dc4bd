using System.Collections.Concurrent;
using System.Collections.Frozen;
using Orleans.Metadata;
using Orleans.Runtime.Membership;
using Orleans.Runtime.Networking;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>The grains of one silo: it addresses calls, delivers those that are for here, and sends the others.</summary>
internal sealed partial class SiloRuntime : GrainRuntime
{
    private readonly SiloSetup _silo;
    private readonly FrozenDictionary<GrainType, GrainClass> _classes;
    private readonly ConcurrentDictionary<(PeerId, long), CancellationTokenSource> _cancellable = new();
    private readonly ConcurrentDictionary<MethodDescriptor, bool>? _foreground;
    private readonly ActivationCollector _collector;
    private readonly Lazy<Handoff> _handoff;
    private ConnectionManager? _connections;
    private SiloAddress? _address;

    public SiloRuntime(RuntimeSetup setup, SiloSetup silo, TypeCatalog catalog)
        : base(setup)
    {
        _silo = silo;
        Catalog = catalog;
        if (silo.Precedence is not null) _foreground = new(ReferenceEqualityComparer.Instance);
        _classes = GrainClasses.Create(catalog, silo.CollectionAge, silo.CollectionAges);
        Directory = new ActivationDirectory(this);
        _handoff = new Lazy<Handoff>(() => new Handoff(this));
        Observers = new ObserverTable(() => PeerId.OfSilo(Address), silo.MaxWaitingCalls, Log);
        Factory = new GrainFactory(this, catalog, new LocalGrainTypeResolver(catalog), Observers);
        _collector = new ActivationCollector(this, silo.CollectionQuantum);
        Instruments.Observe(Statistics);
    }

    public override GrainFactory Factory { get; }

    public override IReferenceFactory References => Factory;

    public TypeCatalog Catalog { get; }

    public ActivationDirectory Directory { get; }

    public ActivationCollector Collector => _collector;

    public Handoff Handoff => _handoff.Value;

    public ObserverTable Observers { get; }

    public IReadOnlyCollection<GrainClass> Classes => _classes.Values;

    /// <summary>The class of a grain type; null when this silo has none.</summary>
    public GrainClass? FindClass(GrainType type) => _classes.GetValueOrDefault(type);

    /// <summary>What the activations of each grain class have done since the silo started.</summary>
    public IReadOnlyCollection<GrainClassStatistics> Statistics() => Directory.Statistics(_classes.Values);

    /// <summary>Chosen while the silo starts, which is after services that hold its <see cref="IGrainFactory"/> have been made.</summary>
    public SiloAddress Address => _address ??= _silo.Self.SiloAddress;

    public ClusterView View => _silo.Views.Current;

    public int MaxWaitingCalls => _silo.MaxWaitingCalls;

    public TimeSpan ActivationTimeout => _silo.ActivationTimeout;

    public TimeSpan DeactivationTimeout => _silo.DeactivationTimeout;

    /// <summary>Set when this silo was declared dead: it runs and sends nothing more.</summary>
    public bool IsHalted { get; private set; }

    /// <summary>To be called once before the silo joins: the connections and the runtime need each other.</summary>
    public void Attach(ConnectionManager connections) => _connections = connections;

    public bool IsOwner(GrainId grainId) => Address.Equals(View.Ring.OwnerOf(grainId));

    public DeactivationReason MovedReason(GrainId grainId) => new(
        View.Active.Contains(Address) ? DeactivationReasonCode.DuplicateActivation : DeactivationReasonCode.ShuttingDown,
        $"{View.Ring.OwnerOf(grainId)?.ToString() ?? "no silo"} owns the grain now");

    public bool NeedsFilters(object grain) =>
        _silo.IncomingFilters.Length > 0 || grain is IIncomingGrainCallFilter || (Setup.PropagateActivity && EngineInstruments.Calls.HasListeners());

    public async Task RunWithFiltersAsync(GrainActivation activation, Message message)
    {
        using var activity = Setup.PropagateActivity ? CallActivity.Start(message) : null;
        var response = await new IncomingCallContext(activation, message, _silo.IncomingFilters).RunAsync();
        CallActivity.Finish(activity, response.Exception);
        message.Request.Complete(message, response);
    }

    /// <summary>Whether calls of a method go before others.</summary>
    public bool IsForeground(MethodDescriptor method) =>
        _foreground is { } known && (known.TryGetValue(method, out var isForeground) ? isForeground : known[method] = _silo.Precedence!.IsForeground(method.InterfaceType, method.MethodName));

    public void OnGone(GrainActivation activation) => Directory.OnGone(activation);

    public Task CatchUpWithAsync(long viewVersion, TimeSpan atMost) => CatchUpAsync(viewVersion, atMost);

    /// <summary>Has the membership looked at, and waits for a moment for a view that is newer than the one that is known.</summary>
    public Task CatchUpWithNextViewAsync() => CatchUpAsync(View.Version.Value + 1, EngineLimits.MaxResendPause);

    /// <summary>Addresses anew a message whose activation ended before it could run.</summary>
    public void Redirect(Message message)
    {
        message.Activation = null;
        if (message.ReplyTo is not Call && !message.From.Equals(default) && !CanDeliver(message.Target))
        {
            // The caller is in another process, which sends it to the new owner itself.
            Refuse(message, RejectionKind.Unavailable, $"{message.Target} has moved.");
            return;
        }

        Route(message, message.ReplyTo as Call);
    }

    /// <summary>The silo is dead for the others: nothing runs, is sent or written any more, and all callers are told.</summary>
    public void Halt()
    {
        IsHalted = true;
        foreach (var call in Deadlines.Snapshot()) call.OnFailure(StoppedException());
    }

    protected override long CurrentVersion => View.Version.Value;

    public override void Dispose()
    {
        _collector.Dispose();
        base.Dispose();
    }

    protected override void Send(GrainReference target, Message message, Call? call)
    {
        if (target.LastActivation is { } known && !IsHalted && known.Receive(message)) return;
        target.LastActivation = RouteTo(message, call);
    }

    protected override void Route(Message message, Call? call) => RouteTo(message, call);

    protected override Task CatchUpAsync(long viewVersion, TimeSpan atMost) => ViewCatchUp.WaitAsync(_silo.Views, viewVersion, atMost, Time, _silo.RequestView);

    protected override void AbandonRemote(Call call, PeerId peer)
    {
        _connections?.Forget(peer, call.Message.CallId);
        if (call.Message.Request.IsCancellable) _connections?.SendCancel(peer, call.Message.CallId);
    }

    private static void Refuse(Message message, RejectionKind kind, string reason) => message.Reject(kind, reason);

    private SiloUnavailableException StoppedException() => new($"Silo {Address} was declared dead by the others and has stopped.");

    /// <summary>Delivers here or sends; returns the activation when it is one of this silo and the only one of its grain.</summary>
    private GrainActivation? RouteTo(Message message, Call? call)
    {
        if (IsHalted)
        {
            message.CompleteWithException(StoppedException());
            return null;
        }

        var grainId = message.Target;
        if (ObserverIds.IsObserver(grainId))
        {
            RouteToObserver(message, call);
            return null;
        }

        if (!_classes.TryGetValue(grainId.Type, out var grainClass))
        {
            message.CompleteWithException(new OrleansMessageRejectionException(
                $"{message}: this silo has no grain class of type '{grainId.Type}'. Its assembly is not referenced, or the silo runs an older version."));
            return null;
        }

        if (grainClass.Descriptor.StatelessWorkerLimit is not null)
        {
            Directory.Workers(grainClass, grainId).Deliver(message);
            return null;
        }

        var owner = SystemGrains.IsPerSilo(grainId.Type) ? SystemGrains.SiloOf(grainId) : View.Ring.OwnerOf(grainId);
        if (owner is null)
        {
            message.Reject(RejectionKind.Unavailable, $"{message}: no silo of the cluster is active.");
            return null;
        }

        if (!owner.Equals(Address))
        {
            SendRemote(PeerId.OfSilo(owner), message, call);
            return null;
        }

        return Deliver(grainClass, message);
    }

    private GrainActivation Deliver(GrainClass grainClass, Message message)
    {
        while (true)
        {
            var activation = Directory.GetOrCreate(grainClass, message.Target);
            if (!activation.Receive(message)) continue;

            // The view may have changed since it was looked at: an activation made after the sweep for the new view must not stay.
            if (activation.IsOwned && !IsOwner(message.Target)) activation.Deactivate(MovedReason(message.Target));
            return activation;
        }
    }

    private void RouteToObserver(Message message, Call? call)
    {
        if (!ObserverIds.TryGetHost(message.Target, out var host))
            message.Reject(RejectionKind.ClientNotAvailable, $"'{message.Target}' is not an observer's identity.");
        else if (PeerId.OfSilo(Address).Equals(host))
            Observers.Deliver(message);
        else if (!message.From.Equals(default))
            message.Reject(RejectionKind.ClientNotAvailable, $"{message.Target}: observers are called by grains, not by other clients.");
        else
            SendRemote(host, message, call);
    }

    private void SendRemote(PeerId peer, Message message, Call? call)
    {
        message.ViewVersion = View.Version.Value;
        if (call is null)
        {
            _connections!.SendOneWay(peer, message);
            return;
        }

        call.SentTo = peer;
        _connections!.Send(peer, call);
    }

    private bool CanDeliver(GrainId target) =>
        ObserverIds.IsObserver(target)
        || SystemGrains.IsPerSilo(target.Type)
        || (_classes.TryGetValue(target.Type, out var grainClass) && grainClass.Descriptor.StatelessWorkerLimit is not null)
        || IsOwner(target);
}
