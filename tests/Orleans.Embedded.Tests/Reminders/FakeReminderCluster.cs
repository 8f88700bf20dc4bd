using Orleans.Embedded.Tests.Testing;
using Orleans.Runtime.Reminders;

namespace Orleans.Embedded.Tests.Reminders;

/// <summary>The silo round a reminder service: which grains are its own, and what its ticks do.</summary>
internal sealed class FakeReminderCluster(FakeTime time) : IReminderCluster
{
    private Action? _onChange;

    public List<(string Reminder, DateTime At)> Ticks { get; } = [];

    public List<TickStatus> Statuses { get; } = [];

    /// <summary>What a tick does after it was noted.</summary>
    public Func<ReminderKey, Task> OnTick { get; set; } = static _ => Task.CompletedTask;

    public Func<GrainId, bool> Ours { get; set; } = static _ => true;

    /// <summary>By default the cluster has run for long.</summary>
    public DateTime OldestStart { get; set; } = time.GetUtcNow().UtcDateTime.AddDays(-30);

    public bool IsOurs(GrainId grainId) => Ours(grainId);

    public IDisposable Subscribe(Action onChange)
    {
        _onChange += onChange;
        return new Subscription(() => _onChange -= onChange);
    }

    public void ChangeRing(Func<GrainId, bool> ours)
    {
        Ours = ours;
        _onChange?.Invoke();
    }

    public Task TickAsync(ReminderKey reminder, TickStatus status)
    {
        Ticks.Add((reminder.Name, time.GetUtcNow().UtcDateTime));
        Statuses.Add(status);
        return OnTick(reminder);
    }

    private sealed class Subscription(Action onDispose) : IDisposable
    {
        public void Dispose() => onDispose();
    }
}
