using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Runtime;

/// <summary>One activation of a grain: its instance, the calls that wait for it and the calls that it runs.</summary>
internal sealed partial class GrainActivation : ActivationScheduler, IGrainContext
{
    private readonly SiloRuntime _runtime;
    private MessageQueue _waiting;
    private MessageQueue _ready;
    private MessageQueue _running;
    private int _blocking;
    private int _blockingReadOnly;
    private IServiceScope? _scope;
    private Type? _lastInterface;
    private GrainReference? _reference;

    public GrainActivation(SiloRuntime runtime, GrainClass grainClass, GrainId grainId)
    {
        _runtime = runtime;
        Class = grainClass;
        GrainId = grainId;
        LastUsed = Environment.TickCount64;
    }

    public GrainId GrainId { get; }

    public GrainClass Class { get; }

    /// <summary>Whether one silo of the cluster owns the grain: not so stateless workers and the engine's grains of each silo.</summary>
    public bool IsOwned => Class.Descriptor.StatelessWorkerLimit is null && !SystemGrains.IsPerSilo(GrainId.Type);

    public object? GrainInstance { get; private set; }

    public ActivationState State { get; private set; }

    /// <summary>When the last call ended, in <see cref="Environment.TickCount64"/>; pushed into the future by delayed deactivation.</summary>
    public long LastUsed { get; private set; }

    /// <summary>The enumerations that it serves; only in its turns.</summary>
    public Enumerations Enumerations
    {
        get
        {
            if (field is null) AddComponent(field = new Enumerations(this));
            return field;
        }
    }

    /// <summary>What this activation has done; changed under <see cref="ActivationScheduler.Gate"/>.</summary>
    public CallStatistics Statistics { get; } = new();

    public ActivationId ActivationId
    {
        get
        {
            lock (Gate)
            {
                if (field.IsDefault) field = ActivationId.NewId();
                return field;
            }
        }
    }

    public GrainReference GrainReference => _reference ??= _runtime.References.CreateReference(GrainId, Class.MainInterface);

    public SiloRuntime Runtime => _runtime;

    /// <summary>A scope is made only for grains that ask for services of theirs.</summary>
    public IServiceProvider ActivationServices => (_scope ??= _runtime.Services.CreateScope()).ServiceProvider;

    /// <summary>Calls that wait or run, for reports.</summary>
    public int QueueLength
    {
        get
        {
            lock (Gate) return _waiting.Count + _ready.Count + _running.Count;
        }
    }

    protected override bool HasReadyMessages => _ready.Count > 0;

    protected override bool IsForeground => _running.Foreground + _ready.Foreground + _waiting.Foreground > 0;

    public object? GetTarget() => GrainInstance;

    public bool Equals(IGrainContext? other) => ReferenceEquals(this, other);

    public override string ToString() => GrainId.ToString();

    /// <summary>The call whose turns run now, where that is certain: grains whose calls interleave keep it with the execution context.</summary>
    public Message? CurrentMessage()
    {
        if (RequestContext.CurrentMessage is { } ambient && ReferenceEquals(ambient.Activation, this)) return ambient;
        lock (Gate) return _running.Count == 1 ? _running.Head : null;
    }

    /// <summary>The chain of grains that wait for a call that this activation makes now.</summary>
    public CallChain? CurrentChain()
    {
        if (CurrentMessage() is { } message)
            return message.IsOneWay ? null : new CallChain(GrainId, message.Request.Method.MethodName, message.Mark, message.Chain);
        if (State != ActivationState.Activating) return null;
        lock (Gate) return new CallChain(GrainId, nameof(IGrainBase.OnActivateAsync), ActivatingMark, _waiting.Head?.Chain);
    }

    /// <summary>Takes a call, or refuses it; false when this activation is gone and the call must be addressed anew.</summary>
    public bool Receive(Message message)
    {
        message.IsForeground = _runtime.IsForeground(message.Request.Method);
        var lane = Lane.None;
        var refuse = false;
        lock (Gate)
        {
            if (State == ActivationState.Invalid) return false;
            if (CanStart(message))
            {
                Reserve(message);
                _ready.Enqueue(message);
                lane = MustSchedule();
            }
            else if (HasRoom() || message.Request is ILocalRequest)
            {
                _waiting.Enqueue(message);
                lane = MayHasten();
                if (message.Chain is { } chain && chain.Contains(GrainId)) WatchForDeadlock(message);
            }
            else
            {
                refuse = true;
            }
        }

        Schedule(lane);
        if (refuse) RefuseForOverload(message);
        return true;
    }

    /// <summary>To be called when a message that this activation started has its outcome.</summary>
    public void OnCompleted(Message message, Exception? exception)
    {
        var finish = false;
        var lane = Lane.None;
        lock (Gate)
        {
            _running.Remove(message);
            Release(message);
            if (message.Request is ILocalRequest local)
            {
                if (local.CountsAsUse) LastUsed = Math.Max(LastUsed, Environment.TickCount64);
            }
            else
            {
                LastUsed = Math.Max(LastUsed, Environment.TickCount64);
                Statistics.Add(Stopwatch.GetTimestamp() - message.StartedAt, exception is not null);
            }

            if (State == ActivationState.Deactivating)
            {
                finish = _running.Count == 0 && _ready.Count == 0;
            }
            else
            {
                Promote();
                if (_ready.Count > 0) lane = MustSchedule();
            }
        }

        Schedule(lane);
        if (finish) StartFinishing();
        if (exception is not null && message.IsOneWay && message.Request is not ILocalRequest)
            _runtime.Log.OneWayCallFailed(exception, message.Request.Method.ActivityName, GrainId);
        if (exception is Storage.InconsistentStateException)
        {
            Deactivate(new DeactivationReason(
                DeactivationReasonCode.ApplicationError, exception, "its state was changed by another activation"));
        }
    }

    /// <summary>Keeps the activation from being collected for that long; a negative time takes it back.</summary>
    public void DelayDeactivation(TimeSpan time)
    {
        lock (Gate)
        {
            var now = Environment.TickCount64;
            LastUsed = time < TimeSpan.Zero ? now
                : time == TimeSpan.MaxValue ? long.MaxValue
                : Math.Max(LastUsed, now + (long)time.TotalMilliseconds);
        }
    }

    protected override void RunReadyMessages()
    {
        var clean = ExecutionContext.Capture();
        for (var i = 0; i < EngineLimits.CallsPerTurnSlice; i++)
        {
            Message? message;
            lock (Gate)
            {
                message = _ready.Dequeue();
                if (message is null) return;
                _running.Enqueue(message);
            }

            Run(message);

            // What a method changed in its synchronous part must not be seen by the next call.
            if (clean is not null && !ReferenceEquals(ExecutionContext.Capture(), clean)) ExecutionContext.Restore(clean);
        }
    }

    private void Run(Message message)
    {
        message.Activation = this;
        message.StartedAt = Stopwatch.GetTimestamp();
        var request = message.Request;
        if (message.ExpiresAt <= Environment.TickCount64 && !message.IsOneWay)
        {
            message.Reject(RejectionKind.Expired, $"{message} waited longer than its caller.");
            return;
        }

        if (!ReferenceEquals(request.Method.InterfaceClass, _lastInterface))
        {
            if (!request.Method.InterfaceClass.IsInstanceOfType(GrainInstance) && request is not ILocalRequest)
            {
                message.CompleteWithException(new GrainExtensionNotInstalledException(
                    $"{GrainId} ({Class.Descriptor.GrainClass}) does not implement {request.Method.InterfaceName}."));
                return;
            }

            _lastInterface = request.Method.InterfaceClass;
        }

        if (Class.MayInterleave || message.RequestContext is not null || message.ReentrancyId != default) RequestContext.Enter(message);
        if (request is ILocalRequest || !_runtime.NeedsFilters(GrainInstance!)) request.Run(message, GrainInstance!);
        else _ = _runtime.RunWithFiltersAsync(this, message);
    }

    /// <summary>Calls whose callers have given up make room first; they are answered already.</summary>
    private bool HasRoom()
    {
        if (_waiting.Count < _runtime.MaxWaitingCalls) return true;
        var now = Environment.TickCount64;
        while (_waiting.Head is { } oldest && oldest.ExpiresAt <= now) _waiting.Dequeue();
        return _waiting.Count < _runtime.MaxWaitingCalls;
    }

    private void RefuseForOverload(Message message)
    {
        _runtime.Instruments.Overloaded(Class);
        message.Reject(
            RejectionKind.Overloaded,
            $"{GrainId} is overloaded: {_runtime.MaxWaitingCalls} calls wait for it, {message.Request} was refused. "
            + "Call it less often, or spread the work over more grains.");
    }

    private bool CanStart(Message message) =>
        State == ActivationState.Valid
        && (_blocking == 0
            || Class.Descriptor.IsReentrant
            || message.IsAlwaysInterleave
            || (message.IsReadOnly && _blockingReadOnly == _blocking)
            || (message.ReentrancyId != default && IsRunning(message.ReentrancyId)));

    private bool IsRunning(Guid reentrancyId)
    {
        for (var running = _running.Head; running is not null; running = running.Next)
        {
            if (running.ReentrancyId == reentrancyId) return true;
        }

        return false;
    }

    /// <summary>A message counts as running from the moment it is ready, so that two are never made ready that exclude each other.</summary>
    private void Reserve(Message message)
    {
        if (message.IsAlwaysInterleave) return;
        _blocking++;
        if (message.IsReadOnly) _blockingReadOnly++;
    }

    private void Release(Message message)
    {
        if (message.IsAlwaysInterleave) return;
        _blocking--;
        if (message.IsReadOnly) _blockingReadOnly--;
    }

    private void Promote()
    {
        while (_waiting.Head is { } next && CanStart(next))
        {
            _waiting.Dequeue();
            Reserve(next);
            _ready.Enqueue(next);
        }
    }
}
