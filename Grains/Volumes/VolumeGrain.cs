using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Warren.Catalogs;
using Warren.Content;
using Warren.Grains.Events;
using Warren.Grains.References;
using Warren.Grains.Work;
using Warren.Nodes;
using Warren.References;
using Warren.Scheduling;
using Warren.Volumes;

namespace Warren.Grains.Volumes;

/// <summary>
/// One volume. Nodes claim it while services may wait for a removal of it, so claims interleave with everything; what is written is written one after
/// the other. A removal that waits for tasks to end is finished in the background, also by a later activation, which the keeper wakes.
/// </summary>
[GrainType("volume")]
internal sealed partial class VolumeGrain : Grain, IVolumeGrain
{
    private const string LocalDriver = "local";
    private const int MaxUnsent = 100;

    /// <summary>How often it is looked whether the last user of a volume that goes has ended.</summary>
    private static readonly TimeSpan s_askAgain = TimeSpan.FromSeconds(1);

    private readonly IPersistentState<VolumeState> _stored;
    private readonly TimeProvider _time;
    private readonly ILogger<VolumeGrain> _logger;
    private readonly TurnLock _writing = new();
    private readonly EventOutbox _outbox;
    private readonly BackgroundWork _work;
    private VolumeState _state = new();
    private bool _isBeingRemoved;
    private bool _mustTellScheduler;

    public VolumeGrain([PersistentState("volume")] IPersistentState<VolumeState> stored, TimeProvider time, ILogger<VolumeGrain> logger)
    {
        (_stored, _time, _logger) = (stored, time, logger);
        _outbox = new(GrainFactory);
        _work = new(this, time, WorkAsync, (failure, wait) => LogFailed(failure, this.GetPrimaryKeyString(), wait));
    }

    private string Name => this.GetPrimaryKeyString();

    private bool IsGoing => _isBeingRemoved || _state.IsRemoving;

    private INameCatalogGrain Catalog => GrainFactory.GetGrain<INameCatalogGrain>(INameCatalogGrain.Volumes);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _state = _stored.State;
        _outbox.Stored(_state.Unsent);

        // Whatever a crash cut short is told again, or finished.
        _mustTellScheduler = _stored.RecordExists;
        if (_stored.RecordExists) _work.Arm();
        return Task.CompletedTask;
    }

    public async Task<VolumeRecord> CreateAsync(VolumeSpec spec)
    {
        var problems = VolumeSpecValidator.Validate(spec);
        if (spec.Name != Name) problems = problems.Add(new("name", $"must be that of the volume it is given to, {Name}, was '{spec.Name}'"));
        if (!problems.IsEmpty) throw new ValidationException($"volume {Name}", problems);
        if (_state.Volume is null) await Catalog.AddAsync(Name);
        await ChangeAsync(state => CheckNotRemoving(state).Volume switch
        {
            null => state with { Volume = New(spec) },
            var known when ContentComparison.AreEqual(known.Spec, spec) => state,
            _ => throw new ConflictException($"there is a volume {Name} with another spec; its name stands for the same files as long as it exists: remove it first, or take another name"),
        });
        return _state.Volume!;
    }

    public async Task<VolumeRecord> ClaimAsync(NodeId node)
    {
        if (_state.Volume is null && !IsGoing) await Catalog.AddAsync(Name);
        await ChangeAsync(state =>
        {
            var volume = CheckNotRemoving(state).Volume ?? New(new() { Name = Name });
            if (volume.Spec.Driver == LocalDriver && volume.Node is null) volume = volume with { Node = node };
            return ReferenceEquals(volume, state.Volume) ? state : state with { Volume = volume };
        });
        return _state.Volume!;
    }

    public Task<VolumeRecord?> GetAsync() => Task.FromResult(IsGoing ? null : _state.Volume);

    public Task<VolumeSpec?> GetSpecAsync() => Task.FromResult(_state.Volume?.Spec);

    public async Task<VolumeRecord> LabelAsync(ImmutableSortedDictionary<string, string> labels, long? expectedVersion = null)
    {
        var problems = VolumeSpecValidator.Validate(Existing(_state, expectedVersion).Spec with { Labels = labels });
        if (!problems.IsEmpty) throw new ValidationException($"volume {Name}", problems);
        await ChangeAsync(state => Existing(CheckNotRemoving(state), expectedVersion) is var volume && volume.Spec.Labels.SequenceEqual(labels)
            ? state
            : state with { Volume = volume with { Spec = volume.Spec with { Labels = labels }, Version = volume.Version + 1 } });
        return _state.Volume!;
    }

    public async Task RemoveAsync(bool force, long? expectedVersion = null)
    {
        if (_state.Volume is null) return;
        Existing(_state, expectedVersion);

        // Before the services are asked: one that looks at the volume from now on finds none, one that has looked is waited for. Stored is only what comes of
        // it, since what is stored goes on in the background, and takes the services with it.
        _isBeingRemoved = true;
        try
        {
            var plan = await PlanAsync(force || _state.IsRemoving);
            if (plan.Refusal is { } refusal) throw new InUseException(refusal);
            await ChangeAsync(state => state.Volume is null ? state : plan.CanRemove ? new() : state.IsRemoving ? state : state with { IsRemoving = true });
            await ObjectUsers.RemoveAsync(GrainFactory, plan.RemoveServices);
        }
        finally
        {
            // A scheduler that looked meanwhile found no volume.
            (_isBeingRemoved, _mustTellScheduler) = (false, true);
            _work.Arm();
        }
    }

    private VolumeRecord New(VolumeSpec spec) => new() { Name = new(Name), Spec = spec, CreatedAt = _time.GetUtcNow() };

    private VolumeRecord Existing(VolumeState state, long? expectedVersion)
    {
        var volume = state.Volume ?? throw new NotFoundException($"there is no volume {Name}");
        return expectedVersion is null || expectedVersion == volume.Version
            ? volume
            : throw new ConflictException($"volume {Name} is at version {volume.Version}, not at {expectedVersion}: someone has changed it; look at it and decide anew") { IsVersion = true };
    }

    private VolumeState CheckNotRemoving(VolumeState state) => IsGoing
        ? throw new ConflictException($"volume {Name} is being removed; make it again when the services that used it are gone")
        : state;

    private async Task<ReferencePlan> PlanAsync(bool isForced, TimeProvider? time = null) =>
        ReferencePlan.Compute(ObjectKind.Volume, Name, await ObjectUsers.FindAsync(GrainFactory, ObjectKind.Volume, Name, time), isForced);

    /// <summary>Tells what is left to tell, and finishes a removal.</summary>
    private async Task WorkAsync()
    {
        if (_mustTellScheduler)
        {
            _mustTellScheduler = false;
            try
            {
                await GrainFactory.GetGrain<ISchedulerGrain>(ISchedulerGrain.Key).VolumeChangedAsync(new(Name), _state.Volume);
            }
            catch
            {
                _mustTellScheduler = true;
                throw;
            }
        }

        if (_state.IsRemoving) await FinishRemovalAsync();
        while (!_outbox.Unsent.IsEmpty) await _outbox.SendAsync();
        if (_state.Volume is null && _stored.RecordExists) await ForgetAsync();
    }

    private async Task FinishRemovalAsync()
    {
        var going = _state;
        var plan = await PlanAsync(isForced: true, _time);
        await ObjectUsers.RemoveAsync(GrainFactory, plan.RemoveServices, _time);
        if (plan.CanRemove)
        {
            // A call may have removed it while the services were asked, and one of the name that was made since has other users.
            await ChangeAsync(state => ReferenceEquals(state, going) ? new() : state);
            return;
        }

        if (!plan.Waits.IsEmpty) LogWaits(Name, plan.Waits[0], plan.Waits.Length);
        _work.ArmAfter(s_askAgain);
    }

    private async Task ForgetAsync()
    {
        await Catalog.RemoveAsync(Name);
        await _writing.RunAsync(async () =>
        {
            // It may have been made again meanwhile, and is then in the catalog once more.
            if (_state.Volume is null) await _stored.ClearStateAsync();
            else await Catalog.AddAsync(Name);
            return true;
        });
    }

    private Task ChangeAsync(Func<VolumeState, VolumeState> change) => _writing.RunAsync(async () =>
    {
        var next = change(_state);
        if (ReferenceEquals(next, _state)) return false;
        next = next with { Unsent = _outbox.With(EventsOf.Volume(_state.Volume, next.Volume, _time.GetUtcNow()), MaxUnsent) };
        await _stored.WriteAsync(next);
        _state = next;
        _outbox.Stored(next.Unsent);
        _mustTellScheduler = true;
        _work.Arm();
        return true;
    });

    [LoggerMessage(LogLevel.Information, "Volume {Name} is not removed yet: {First}; {Count} services in all")]
    private partial void LogWaits(string name, string first, int count);

    [LoggerMessage(LogLevel.Warning, "Volume {Name} has not told everyone what changed, or is not removed yet; it goes on in {Wait}")]
    private partial void LogFailed(Exception failure, string name, TimeSpan wait);
}
