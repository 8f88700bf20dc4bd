using System.Collections.Immutable;
using Warren.Grains.Events;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Services;

/// <summary>
/// The stored state of a service and the steps that it takes: look, decide, write once. One step at a time; what it has not stored it does not show.
/// </summary>
internal sealed class ServiceCore(
    ServiceName name,
    IPersistentState<ServiceRecord> stored,
    ServiceLook look,
    ServiceImages images,
    EventOutbox outbox,
    TimeProvider time,
    ServiceGrainOptions options)
{
    private readonly ServiceState _none = new() { Name = name };
    private ImmutableHashSet<TaskId> _cleaned = [];

    /// <summary>As it is stored.</summary>
    public ServiceRecord Record { get; private set; } = new();

    /// <summary>The service as it is stored; without versions if there is none.</summary>
    public ServiceState State => Record.State ?? _none;

    /// <summary>What the next step takes.</summary>
    public Inbox Inbox { get; } = new();

    /// <summary>Tasks whose grains have yet to forget them.</summary>
    public ImmutableArray<TaskId> ToForget { get; private set; } = [];

    /// <summary>When the next step is due though nothing is heard. Null: then none is.</summary>
    public DateTimeOffset? WakeAt { get; private set; }

    /// <summary>What the service waits for.</summary>
    public ImmutableArray<string> Waits { get; private set; } = [];

    /// <summary>How long the last step took.</summary>
    public TimeSpan LastStep { get; private set; }

    /// <summary>Whether a service is gone and its record says more than that it was.</summary>
    public bool CanShrink =>
        State.Revisions.IsEmpty && outbox.Unsent.IsEmpty && ToForget.IsEmpty && (!Record.Unsent.IsEmpty || !Record.Forgotten.IsEmpty);

    /// <summary>Takes over what was stored.</summary>
    public void Load()
    {
        Record = stored.State;
        ToForget = Record.Forgotten;
        outbox.Stored(Record.Unsent);
    }

    /// <summary>Takes what was heard and an input, decides and stores. After a failure all is as before, and what was heard is kept.</summary>
    /// <param name="input">The record before the decision; the same object if it changes nothing. Default (null): none.</param>
    public async Task StepAsync(Func<ServiceRecord, DateTimeOffset, ServiceRecord>? input = null)
    {
        var begin = time.GetTimestamp();
        var (seen, cleaned) = Inbox.Take();
        try
        {
            if (seen.Any(task => task.Node is not null && State.Tasks.TryGetValue(task.Id, out var known) && known.Node != task.Node)) look.HeardOfPlacement();
            var (nodes, keepers) = await look.LookAsync(State);
            var now = time.GetUtcNow();
            var given = images.Take(input is null ? Record : input(Record, now), now);
            var state = ServiceMachine.Observe(given.State ?? _none, seen, now);
            if (state.Revisions.IsEmpty)
            {
                if (!ReferenceEquals(given, Record)) await WriteAsync(given);
                return;
            }

            _cleaned = [.. _cleaned.Union(cleaned).Where(state.Tasks.ContainsKey)];
            var plan = ServiceReconciler.Compute(new()
            {
                State = state,
                Nodes = nodes.Nodes,
                RemovedNodes = nodes.RemovedNodes,
                VolumeNodes = keepers,
                Cleaned = _cleaned,
                ImageWaitUntil = images.WaitUntil,
                Now = now,
                Options = options.Reconcile,
            });
            var next = plan.IsGone ? ServiceMachine.Cleared(plan.Next) : plan.Next;
            if (!ReferenceEquals(next, Record.State) || !ReferenceEquals(given, Record)) await WriteAsync(Next(given, next, now));
            (WakeAt, Waits) = (plan.IsGone ? null : plan.WakeAt, plan.IsGone ? [] : plan.Waits);
        }
        catch
        {
            Inbox.PutBack(seen, cleaned);
            throw;
        }
        finally
        {
            LastStep = time.GetElapsedTime(begin);
        }
    }

    /// <summary>Stores that others have heard what they had to hear, where nothing else will be stored.</summary>
    public Task ShrinkAsync() => WriteAsync(Record with { Unsent = [], Forgotten = [] });

    /// <summary>The grains of tasks have forgotten them.</summary>
    public void Forgotten(IReadOnlySet<TaskId> tasks) => ToForget = [.. ToForget.Where(task => !tasks.Contains(task))];

    private ServiceRecord Next(ServiceRecord given, ServiceState next, DateTimeOffset now)
    {
        var gone = State.Tasks.Keys.Where(task => !next.Tasks.ContainsKey(task));
        return given with
        {
            State = next,
            LastVersion = next.Revisions.IsEmpty ? given.LastVersion : Math.Max(given.LastVersion, next.Current.Version),
            Objects = next.Revisions.IsEmpty ? given.Objects.Clear() : given.Objects,
            Unsent = outbox.With(EventsOf.Service(State, next, now), options.MaxUnsent),
            Forgotten = [.. ToForget, .. gone],
        };
    }

    private async Task WriteAsync(ServiceRecord record)
    {
        stored.State = record;
        try
        {
            await stored.WriteStateAsync();
        }
        catch
        {
            stored.State = Record;
            throw;
        }

        Record = record;
        ToForget = record.Forgotten;
        outbox.Stored(record.Unsent);
    }
}
