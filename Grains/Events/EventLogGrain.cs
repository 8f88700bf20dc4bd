using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Providers;
using Orleans.Storage;
using Warren.Events;
using Warren.Grains.Work;

namespace Warren.Grains.Events;

/// <summary>
/// The one log of events. Readers see what is stored, no sooner. A follower holds a cursor and nothing else: one that is slower than the log is bounded is
/// told so. Appends that come together share a write.
/// </summary>
[GrainType("event-log"), Reentrant]
internal sealed class EventLogGrain : Grain, IEventLogGrain
{
    private readonly TimeProvider _time;
    private readonly EventLogOptions _options;
    private readonly EventChunkRows _rows;
    private readonly GroupCommit<ImmutableArray<ClusterEvent>> _appends;
    private readonly KnownEvents _known = new();
    private EventBuffer _log;
    private TaskCompletionSource _grown = NewSignal();
    private long? _lastWrite;
    private bool _isBroken;

    public EventLogGrain(TimeProvider time, EventLogOptions options)
    {
        (_time, _options) = (time, options);
        _log = EventBuffer.Load(options.Capacity, []);
        _appends = new(CommitAsync);
        _rows = new(
            ServiceProvider.GetRequiredKeyedService<IGrainStorage>(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME),
            this.GetGrainId(),
            EventChunkRows.CountFor(options.Capacity));
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken) =>
        _log = EventBuffer.Load(_options.Capacity, await _rows.ReadAsync(cancellationToken));

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        // Those who wait for more ask the next activation.
        _grown.TrySetCanceled(CancellationToken.None);
        return Task.CompletedTask;
    }

    public Task AppendAsync(ImmutableArray<ClusterEvent> events) => events.IsEmpty ? Task.CompletedTask : _appends.AddAsync(events);

    public async IAsyncEnumerable<ClusterEvent> FollowAsync(long? cursor, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var at = cursor ?? _log.Last;
        while (true)
        {
            // Taken before the look, so that what comes between is not waited for.
            var grown = _grown.Task;
            var page = PageAfter(at, _options.Page);
            foreach (var one in page.Events) yield return one;
            at = page.Next;
            if (page.Events.IsEmpty) await grown.WaitAsync(cancellationToken);
        }
    }

    public Task<long> GetLastAsync() => Task.FromResult(_log.Last);

    public Task<ImmutableArray<ClusterEvent>> ReadAsync(long cursor, int most) => Task.FromResult(PageAfter(cursor, most).Events);

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private EventPage PageAfter(long cursor, int most)
    {
        var page = _log.ReadAfter(cursor, most);
        return page.Outcome == EventReadOutcome.Ok ? page : throw new EventsGoneException(cursor, page.Next);
    }

    private async Task CommitAsync(IReadOnlyList<ImmutableArray<ClusterEvent>> appends)
    {
        if (_isBroken) throw new OrleansException("the log is read again after a write that failed; add them again");
        if (_lastWrite is { } last && _options.Pace - _time.GetElapsedTime(last) is { } wait && wait > TimeSpan.Zero) await Task.Delay(wait, _time);
        var append = _log.Append(_known.Without(_log, appends.SelectMany(events => events)));
        if (append.Changed.IsEmpty) return;
        _lastWrite = _time.GetTimestamp();
        try
        {
            // In order: a later chunk without the one before it would be a gap.
            foreach (var chunk in append.Changed) await _rows.WriteAsync(chunk);
        }
        catch
        {
            // Some may be stored, so what this activation knows is no longer what is there: those that wait already must not be stored over it. The callers
            // repeat themselves.
            _isBroken = true;
            DeactivateOnIdle();
            throw;
        }

        _log = append.Buffer;
        var grown = _grown;
        _grown = NewSignal();
        grown.SetResult();
    }
}
