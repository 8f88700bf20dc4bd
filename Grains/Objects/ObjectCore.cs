using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Warren.Catalogs;
using Warren.Events;
using Warren.Grains.Events;
using Warren.Grains.References;
using Warren.Grains.Work;
using Warren.References;

namespace Warren.Grains.Objects;

/// <summary>What the grains of secrets and configs have in common: versions, who hears of them, and how one is removed.</summary>
internal sealed partial class ObjectCore
{
    private const string ReminderName = "finish", Log = "log", Catalog = "catalog", Users = "users";
    private const int MaxUnsent = 1_000;

    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(250), s_maxRetry = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_reminder = TimeSpan.FromMinutes(5);

    private readonly Grain _grain;
    private readonly ObjectKind _kind;
    private readonly IGrainFactory _grains;
    private readonly IPersistentState<ObjectRecord> _stored;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly EventOutbox _outbox;
    private readonly PeerCalls _peers;
    private readonly Alarm _alarm;
    private bool _isBeingRemoved;
    private bool _mayHaveReminder;

    /// <summary>For the grain of an object; <see cref="Load"/> comes first.</summary>
    public ObjectCore(Grain grain, ObjectKind kind, IGrainFactory grains, IPersistentState<ObjectRecord> stored, TimeProvider time, ILogger log)
    {
        (_grain, _kind, _grains, _stored, _time, _log) = (grain, kind, grains, stored, time, log);
        Name = grain.GetPrimaryKeyString();
        _outbox = new(grains);
        _peers = new(time, s_retry, s_maxRetry);
        _alarm = new(grain, time, _ => RingAsync());
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>As it is stored.</summary>
    public ObjectRecord Record { get; private set; } = new();

    /// <summary>Whether it can be used: it is there and does not go.</summary>
    public bool IsUsable => Record.Exists() && !Record.IsRemoving && !_isBeingRemoved;

    private string CatalogKey => _kind == ObjectKind.Secret ? INameCatalogGrain.Secrets : INameCatalogGrain.Configs;

    private bool IsWork => Record.IsUntold || Record.IsRemoving || !_outbox.Unsent.IsEmpty || (!Record.Exists() && _stored.RecordExists);

    /// <summary>Takes over what is stored, and goes on with what is left to do.</summary>
    public void Load()
    {
        Record = _stored.State;
        _outbox.Stored(Record.Unsent);
        if (IsWork) _alarm.RingWithin(TimeSpan.Zero);
    }

    /// <summary>Stores labels and, if <paramref name="content"/> is given, another version.</summary>
    /// <param name="labels">The labels.</param>
    /// <param name="expectedVersion">The version that the caller has seen, 0 for none; null: whichever it is.</param>
    /// <param name="content">Makes the stored content for a version. Default (null): it stays.</param>
    /// <param name="isTemplate">Whether that content is a template. Default: false.</param>
    /// <exception cref="ConflictException">It goes, or is at another version.</exception>
    public async Task ApplyAsync(
        ImmutableSortedDictionary<string, string> labels, long? expectedVersion, Func<long, ReadOnlyMemory<byte>>? content, bool isTemplate = false)
    {
        if (Record.IsRemoving)
            throw new ConflictException($"{Text(_kind)} {Name} is being removed; make it again when the services that used it are gone");
        CheckVersion(expectedVersion);
        if (content is null && Record.Labels.SequenceEqual(labels)) return;
        var (now, isNew, version) = (_time.GetUtcNow(), !Record.Exists(), Record.Version + (content is null ? 0 : 1));

        // First, so that no object is without its name there.
        if (isNew) await _grains.GetGrain<INameCatalogGrain>(CatalogKey).AddAsync(Name);
        await WriteAsync(Record with
        {
            Version = version,
            Labels = labels,
            Content = content?.Invoke(version) ?? Record.Content,
            IsTemplate = isTemplate,
            CreatedAt = isNew ? now : Record.CreatedAt,
            UpdatedAt = content is null ? Record.UpdatedAt : now,
            IsUntold = Record.IsUntold || (content is not null && !isNew),
            Unsent = _outbox.With([Event(now, isNew ? EventKind.Created : EventKind.Updated, version)], MaxUnsent),
        });
        _alarm.RingWithin(TimeSpan.Zero);
    }

    /// <summary>Removes it, or stores that it goes when its users have.</summary>
    /// <exception cref="InUseException">It is in use and <paramref name="force"/> is not set.</exception>
    public async Task RemoveAsync(bool force, long? expectedVersion = null)
    {
        if (!Record.Exists()) return;
        CheckVersion(expectedVersion);

        // Before the services are asked: one that looks at the object from now on finds none, one that has looked is waited for.
        _isBeingRemoved = true;
        try
        {
            var plan = await PlanAsync(force || Record.IsRemoving);
            if (plan.Refusal is { } refusal) throw new InUseException(refusal);
            if (plan.CanRemove)
            {
                await WriteAsync(Gone());
            }
            else
            {
                await WriteAsync(Record with { IsRemoving = true });
                await ObjectUsers.RemoveAsync(_grains, plan.RemoveServices);
            }
        }
        finally
        {
            _isBeingRemoved = false;

            // What is stored goes on, also if not all services could be told.
            _alarm.RingWithin(TimeSpan.Zero);
        }
    }

    /// <summary>What to do at a reminder.</summary>
    public Task WakeAsync()
    {
        _mayHaveReminder = true;
        _alarm.RingWithin(TimeSpan.Zero);
        return Task.CompletedTask;
    }

    /// <summary>Refuses what only one that exists can do.</summary>
    /// <exception cref="NotFoundException">There is none.</exception>
    public void CheckExists()
    {
        if (!Record.Exists()) throw new NotFoundException($"there is no {Text(_kind)} {Name}");
    }

    private void CheckVersion(long? expected)
    {
        var version = Record.Exists() ? Record.Version : 0;
        if (expected is null || expected == version) return;
        var message = expected == 0
            ? $"there is a {Text(_kind)} {Name} already, at version {version}; update it, or take another name"
            : $"{Text(_kind)} {Name} is at version {version}, not at {expected}: someone has changed it; look at it and decide anew";
        throw new ConflictException(message) { IsVersion = true };
    }

    private static string Text(ObjectKind kind) => kind.ToString().ToLowerInvariant();

    private async Task<ReferencePlan> PlanAsync(bool isForced, TimeProvider? time = null) =>
        ReferencePlan.Compute(_kind, Name, await ObjectUsers.FindAsync(_grains, _kind, Name, time), isForced);

    private ObjectRecord Gone() => new() { Unsent = _outbox.With([Event(_time.GetUtcNow(), EventKind.Removed, Record.Version)], MaxUnsent) };

    private async Task RingAsync()
    {
        if (!IsWork)
        {
            await EndReminderAsync();
            return;
        }

        // What is left to do goes on after a crash, also if nobody asks for the object again.
        await RegisterReminderAsync();
        if (!_outbox.Unsent.IsEmpty) await TryAsync(Log, _outbox.SendAsync);
        if (Record.IsUntold) await TryAsync(Users, TellUsersAsync);
        if (Record.IsRemoving) await TryAsync(Users, FinishRemovalAsync);
        if (!Record.Exists() && _stored.RecordExists && _outbox.Unsent.IsEmpty) await TryAsync(Catalog, ForgetAsync);

        // What was rung for a little early was not begun, and is rung for again.
        if (IsWork) _alarm.RingWithin(_peers.TakeNextIn() ?? TimeSpan.Zero);
        else await EndReminderAsync();
    }

    private async Task TellUsersAsync()
    {
        var version = Record.Version;
        await ObjectUsers.ForEachServiceAsync(_grains, service => service.ObjectChangedAsync(_kind, Name, version), _time);
        await WriteAsync(Record with { IsUntold = false, Unsent = _outbox.Unsent });
    }

    private async Task FinishRemovalAsync()
    {
        var plan = await PlanAsync(isForced: true, _time);
        await ObjectUsers.RemoveAsync(_grains, plan.RemoveServices, _time);
        if (!plan.CanRemove) throw new InUseException($"{Text(_kind)} {Name} {string.Join(", ", plan.Waits)}");
        await WriteAsync(Gone());
    }

    private async Task ForgetAsync()
    {
        await _grains.GetGrain<INameCatalogGrain>(CatalogKey).RemoveAsync(Name);
        await _stored.ClearStateAsync();
        Record = _stored.State;
    }

    private async Task WriteAsync(ObjectRecord record)
    {
        _stored.State = record;
        try
        {
            await _stored.WriteStateAsync();
        }
        catch
        {
            _stored.State = Record;
            throw;
        }

        Record = record;
        _outbox.Stored(record.Unsent);
    }

    private ClusterEvent Event(DateTimeOffset now, EventKind kind, long version) => new()
    {
        Cursor = 0,
        At = now,
        Subject = new(_kind == ObjectKind.Secret ? SubjectKind.Secret : SubjectKind.Config, Name),
        Kind = kind,
        From = kind == EventKind.Removed ? Version(version) : "",
        To = kind == EventKind.Removed ? "" : Version(version),
        Reason = kind switch
        {
            EventKind.Created => "made by the operator",
            EventKind.Updated => "changed by the operator",
            _ => "removed by the operator",
        },
    };

    private static string Version(long version) => string.Create(CultureInfo.InvariantCulture, $"version {version}");

    private async Task TryAsync(string errand, Func<Task> run)
    {
        if (!_peers.TryBegin(errand)) return;
        try
        {
            await run();
            _peers.Succeeded(errand);

            // What comes after it does not wait for another errand that failed.
            _alarm.RingWithin(TimeSpan.Zero);
        }
        catch (InUseException waits)
        {
            LogWaits(_kind, Name, waits.Message);
            _peers.Failed(errand);
        }
        catch (Exception failure) when (failure is not Orleans.Storage.InconsistentStateException)
        {
            LogErrandFailed(failure, _kind, Name, errand);
            _peers.Failed(errand);
        }
    }

    private async Task RegisterReminderAsync()
    {
        if (_mayHaveReminder || (!Record.IsRemoving && !Record.IsUntold)) return;
        await TryAsync(ReminderName, async () =>
        {
            await _grain.RegisterOrUpdateReminder(ReminderName, s_reminder, s_reminder);
            _mayHaveReminder = true;
        });
    }

    private async Task EndReminderAsync()
    {
        if (!_mayHaveReminder) return;
        _mayHaveReminder = false;
        if (await _grain.GetReminder(ReminderName) is { } reminder) await _grain.UnregisterReminder(reminder);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} {Name} is not removed yet: {Waits}")]
    private partial void LogWaits(ObjectKind kind, string name, string waits);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An errand of {Kind} {Name} failed ({Errand}); it is tried again")]
    private partial void LogErrandFailed(Exception failure, ObjectKind kind, string name, string errand);
}
