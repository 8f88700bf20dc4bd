using System.Runtime.CompilerServices;

namespace Orleans.Runtime;

/// <content>How an activation comes and goes.</content>
internal sealed partial class GrainActivation
{
    private List<IActivationComponent>? _components;
    private DeactivationReason _deactivationReason;
    private ITimer? _deactivationTimer;
    private bool _isActivated;
    private bool _isFinishing;

    /// <summary>Stands for this activation's start in chains of calls.</summary>
    private uint ActivatingMark => (uint)RuntimeHelpers.GetHashCode(this);

    public Task Deactivated => Gone.Task;

    /// <summary>Set once the silo does not know the activation any more, which is a moment after it became invalid.</summary>
    private TaskCompletionSource Gone
    {
        get
        {
            lock (Gate) return field ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Starts the activation, as its first turn.</summary>
    public void Start() => _ = RunTurnAsync(ActivateAsync);

    /// <summary>Something that lives with the activation: a state that is read first, a timer that is stopped last.</summary>
    public void AddComponent(IActivationComponent component)
    {
        lock (Gate) (_components ??= []).Add(component);
    }

    public void RemoveComponent(IActivationComponent component)
    {
        lock (Gate) _components?.Remove(component);
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        bool finish;
        lock (Gate)
        {
            if (State >= ActivationState.Deactivating) return;
            if (_deactivationReason.ReasonCode == DeactivationReasonCode.None) _deactivationReason = deactivationReason;
            if (State == ActivationState.Activating) return;
            State = ActivationState.Deactivating;
            UnreadyAll();
            finish = _running.Count == 0;
            _deactivationTimer = _runtime.Time.CreateTimer(
                static activation => ((GrainActivation)activation!).Abandon(), this, _runtime.DeactivationTimeout, Timeout.InfiniteTimeSpan);
        }

        if (finish) StartFinishing();
        else RunTurn(() => Enumerations.EndWaits());
    }

    /// <summary>Puts the calls that are ready but not started back before those that wait.</summary>
    private void UnreadyAll()
    {
        var waiting = _waiting;
        _waiting = default;
        while (_ready.Dequeue() is { } unstarted)
        {
            Release(unstarted);
            _waiting.Enqueue(unstarted);
        }

        while (waiting.Dequeue() is { } message) _waiting.Enqueue(message);
    }

    private async Task ActivateAsync()
    {
        using var timeout = new CancellationTokenSource(_runtime.ActivationTimeout, _runtime.Time);
        try
        {
            if (IsOwned && _runtime.Handoff.MustWait(GrainId)) await _runtime.Handoff.WaitForReleaseAsync(GrainId, timeout.Token);
            if (IsOwned && !_runtime.IsOwner(GrainId))
            {
                // Made by an older view, after the silo let go of what it does not own by the newer one: the owner may have the grain already.
                Redirect(BecomeInvalid());
                return;
            }

            GrainInstance = Class.Descriptor.Factory(this);
            for (var i = 0; i < (_components?.Count ?? 0); i++) await _components![i].OnActivatingAsync(timeout.Token).WaitAsync(timeout.Token);
            if (GrainInstance is IGrainBase grain) await grain.OnActivateAsync(timeout.Token).WaitAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            // Code that does not heed its token goes on by itself; it must hold up neither the callers nor a hand-over.
            await FailAsync(new TimeoutException($"{GrainId} was not activated within {_runtime.ActivationTimeout}."));
            return;
        }
        catch (Exception exception)
        {
            await FailAsync(exception);
            return;
        }

        var lane = Lane.None;
        DeactivationReason requested;
        lock (Gate)
        {
            _isActivated = true;
            State = ActivationState.Valid;
            LastUsed = Math.Max(LastUsed, Environment.TickCount64);
            requested = _deactivationReason;
            if (requested.ReasonCode == DeactivationReasonCode.None)
            {
                // In the order of their arrival; those that interleave pass only calls that cannot start yet.
                Promote();
                foreach (var interleaving in _waiting.RemoveWhere(static message => message.IsAlwaysInterleave) ?? []) _ready.Enqueue(interleaving);
            }

            if (_ready.Count > 0) lane = MustSchedule();
        }

        _runtime.Instruments.Activated(Class);
        Schedule(lane);
        if (requested.ReasonCode != DeactivationReasonCode.None) Deactivate(requested);
    }

    /// <summary>The grain could not be activated: its callers get the reason.</summary>
    private async Task FailAsync(Exception exception)
    {
        _runtime.Log.ActivationFailed(exception, GrainId);
        _runtime.Instruments.ActivationFailed(Class);
        var waiting = BecomeInvalid();
        await DisposeAsync();
        foreach (var message in waiting) message.CompleteWithException(exception);
    }

    private void StartFinishing()
    {
        lock (Gate)
        {
            if (_isFinishing) return;
            _isFinishing = true;
        }

        _ = RunTurnAsync(FinishAsync);
    }

    private async Task FinishAsync()
    {
        var components = _components?.ToArray() ?? [];
        foreach (var component in components) component.OnDeactivating();
        if (_isActivated && GrainInstance is IGrainBase grain)
        {
            try
            {
                using var timeout = new CancellationTokenSource(_runtime.DeactivationTimeout, _runtime.Time);
                await grain.OnDeactivateAsync(_deactivationReason, timeout.Token);
            }
            catch (Exception exception)
            {
                _runtime.Log.DeactivationFailed(exception, GrainId);
            }
        }

        await DisposeAsync();

        // Whoever changed the state may own the grain by a view that this silo has yet to hear of, or to stop by: the calls that wait, which their callers
        // may have given up, must not run in another activation before that was looked for.
        if (_deactivationReason.Exception is Storage.InconsistentStateException) await _runtime.CatchUpWithNextViewAsync();
        Redirect(BecomeInvalid());
    }

    /// <summary>The calls that run or <c>OnDeactivateAsync</c> do not end: the grain must not stay blocked for that.</summary>
    private void Abandon()
    {
        if (State == ActivationState.Invalid) return;
        _runtime.Log.DeactivationAbandoned(GrainId, _runtime.DeactivationTimeout);
        Redirect(BecomeInvalid());
    }

    private List<Message> BecomeInvalid()
    {
        List<Message> rest = [];
        lock (Gate)
        {
            if (State == ActivationState.Invalid) return rest;
            State = ActivationState.Invalid;
            while (_ready.Dequeue() is { } message) rest.Add(message);
            while (_waiting.Dequeue() is { } message) rest.Add(message);
            _deactivationTimer?.Dispose();
            _deactivationTimer = null;
        }

        _runtime.OnGone(this);
        Gone.TrySetResult();
        return rest;
    }

    private void Redirect(List<Message> messages)
    {
        foreach (var message in messages)
        {
            if (message.Request is not ILocalRequest) _runtime.Redirect(message);
        }
    }

    private async ValueTask DisposeAsync()
    {
        try
        {
            if (GrainInstance is IAsyncDisposable asyncDisposable) await asyncDisposable.DisposeAsync();
            else if (GrainInstance is IDisposable disposable) disposable.Dispose();
            if (_scope is IAsyncDisposable scope) await scope.DisposeAsync();
            else _scope?.Dispose();
        }
        catch (Exception exception)
        {
            _runtime.Log.DeactivationFailed(exception, GrainId);
        }
    }

    /// <summary>
    /// A call that comes from a chain that this grain is part of. When the call of that chain still runs after a moment, with no turn to
    /// go on by, it surely waits for this one, and both for ever. The moment is for callers that do not wait for the calls they make.
    /// </summary>
    private void WatchForDeadlock(Message message)
    {
        ITimer? timer = null;
        timer = _runtime.Time.CreateTimer(
            _ =>
            {
                timer?.Dispose();
                EndDeadlock(message);
            },
            null,
            EngineLimits.DeadlockGrace,
            Timeout.InfiniteTimeSpan);
    }

    private void EndDeadlock(Message message)
    {
        lock (Gate)
        {
            if (!IsWaitedFor(message)) return;
            if (HasTurns)
            {
                WatchForDeadlock(message);
                return;
            }

            if (!_waiting.Remove(message)) return;
        }

        _runtime.Instruments.Deadlocked(Class);
        message.Reject(
            RejectionKind.Deadlock,
            $"Deadlock: {message.Chain} -> {GrainId} ({message.Request.Method.MethodName}). {GrainId} cannot run the last call before it has answered the first, which waits for it. "
            + "Mark the grain [Reentrant] or the method [AlwaysInterleave], or do not wait for the call inside the chain.");
    }

    /// <summary>Whether the very call of the chain that went through this grain still runs. Under the lock.</summary>
    private bool IsWaitedFor(Message message)
    {
        for (var link = message.Chain; link is not null; link = link.Outer)
        {
            if (!link.Grain.Equals(GrainId)) continue;
            if (State == ActivationState.Activating && link.Mark == ActivatingMark) return true;
            for (var running = _running.Head; running is not null; running = running.Next)
            {
                if (running.Mark == link.Mark) return true;
            }
        }

        return false;
    }
}
