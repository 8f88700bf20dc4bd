using System.Collections.Concurrent;
using System.Collections.Immutable;
using Orleans.Serialization;

namespace Orleans.Runtime;

/// <summary>
/// Moves grains between silos that live. The new owner activates a grain only after the former one has let go of it, so that no call
/// fails for a conflict between the two. When the former owner does not answer, the new one goes ahead after a while: the store
/// refuses the writes of whichever is stale.
/// </summary>
internal sealed class Handoff(SiloRuntime runtime)
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<GrainId, Waiter> _waiters = new();
    private HandoffTracker _tracker = new(runtime.Address);
    private TaskCompletionSource _viewTaken = NewSignal();
    private long _version = long.MinValue;

    /// <summary>
    /// Whether a former owner may still have the grain. A view decides on owners before it is told here, so until then the answer is yes.
    /// </summary>
    public bool MustWait(GrainId grainId)
    {
        if (Volatile.Read(ref _version) < runtime.View.Version.Value) return true;
        var tracker = Volatile.Read(ref _tracker);
        return tracker.IsPending && !tracker.HoldersOf(grainId).IsEmpty;
    }

    public async Task WaitForReleaseAsync(GrainId grainId, CancellationToken cancellation)
    {
        await TakeNewestViewAsync(cancellation);
        var holders = Volatile.Read(ref _tracker).HoldersOf(grainId);
        if (holders.IsEmpty) return;
        var waiter = new Waiter(holders);
        _waiters[grainId] = waiter;
        try
        {
            var version = runtime.View.Version.Value;
            foreach (var holder in holders) SendRelease(holder, ControlKind.ReleaseGrain, version, grainId);

            // The holders may have told that they let go of everything between the look above and the entry of the waiter.
            CheckWaiters();
            await waiter.Done.Task.WaitAsync(EngineLimits.HandoffWait, runtime.Time, cancellation);
        }
        catch (TimeoutException)
        {
            foreach (var holder in waiter.Holders) runtime.Log.HandoffTimedOut(grainId, holder);
        }
        finally
        {
            _waiters.TryRemove(KeyValuePair.Create(grainId, waiter));
        }
    }

    /// <summary>A new view is in force; <paramref name="replaced"/> is the ring that was before, null when it is the same.</summary>
    public void OnView(long version, Placement.Ring? replaced, IEnumerable<SiloAddress> alive)
    {
        TaskCompletionSource taken;
        lock (_gate)
        {
            _tracker = _tracker.OnView(version, replaced, alive);
            Volatile.Write(ref _version, version);
            taken = _viewTaken;
            _viewTaken = NewSignal();
        }

        taken.TrySetResult();
        CheckWaiters();
    }

    /// <summary>This silo has let go of all that it does not own by the view of that version.</summary>
    public void AnnounceReleased(long version)
    {
        using var writer = new WireWriter(16);
        writer.WriteVarint((ulong)version);
        foreach (var silo in runtime.OtherSilos()) runtime.SendControl(PeerId.OfSilo(silo), ControlKind.ReleasedAll, writer.WrittenSpan);
    }

    public void OnReleasedAll(SiloAddress silo, ref WireReader reader)
    {
        var version = (long)reader.ReadVarint();
        lock (_gate) _tracker = _tracker.OnReleased(silo, version);
        CheckWaiters();
    }

    public void OnReleaseRequest(SiloAddress asker, ref WireReader reader)
    {
        var version = (long)reader.ReadVarint();
        var grainId = GrainId.Create(reader.ReadString(), reader.ReadString());
        _ = ReleaseAsync(asker, version, grainId);
    }

    public void OnReleasedGrain(SiloAddress silo, ref WireReader reader)
    {
        reader.ReadVarint();
        var grainId = GrainId.Create(reader.ReadString(), reader.ReadString());
        if (_waiters.TryGetValue(grainId, out var waiter)) waiter.OnReleased(silo);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task TakeNewestViewAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task taken;
            lock (_gate)
            {
                if (_version >= runtime.View.Version.Value) return;
                taken = _viewTaken.Task;
            }

            await taken.WaitAsync(cancellation);
        }
    }

    private async Task ReleaseAsync(SiloAddress asker, long version, GrainId grainId)
    {
        try
        {
            await runtime.CatchUpWithAsync(version, EngineLimits.MaxResendPause);
            if (runtime.Directory.Find(grainId) is { } activation && !runtime.IsOwner(grainId))
            {
                activation.Deactivate(runtime.MovedReason(grainId));
                await activation.Deactivated;
            }

            SendRelease(asker, ControlKind.ReleasedGrain, version, grainId);
        }
        catch (Exception exception)
        {
            runtime.Log.BackgroundWorkFailed(exception, nameof(ReleaseAsync));
        }
    }

    private void SendRelease(SiloAddress silo, byte kind, long version, GrainId grainId)
    {
        using var writer = new WireWriter(64);
        writer.WriteVarint((ulong)version);
        writer.WriteBytes(grainId.Type.AsSpan());
        writer.WriteBytes(grainId.Key.AsSpan());
        runtime.SendControl(PeerId.OfSilo(silo), kind, writer.WrittenSpan);
    }

    private void CheckWaiters()
    {
        var tracker = Volatile.Read(ref _tracker);
        foreach (var (grainId, waiter) in _waiters) waiter.Keep(tracker.HoldersOf(grainId));
    }

    private sealed class Waiter(ImmutableHashSet<SiloAddress> holders)
    {
        private readonly Lock _gate = new();
        private ImmutableHashSet<SiloAddress> _holders = holders;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ImmutableHashSet<SiloAddress> Holders
        {
            get
            {
                lock (_gate) return _holders;
            }
        }

        public void OnReleased(SiloAddress silo) => Keep(Holders.Remove(silo));

        /// <summary>Waits no longer for silos that are not among <paramref name="still"/>.</summary>
        public void Keep(ImmutableHashSet<SiloAddress> still)
        {
            lock (_gate) _holders = _holders.Intersect(still);
            if (Holders.IsEmpty) Done.TrySetResult();
        }
    }
}
