using Orleans.Runtime.Membership;

namespace Orleans.Runtime.Reminders;

/// <inheritdoc/>
internal sealed class SiloReminderCluster(SiloRuntime runtime, ClusterViewSource views) : IReminderCluster
{
    public DateTime OldestStart => views.Current.Active.Select(StartOf).DefaultIfEmpty(runtime.Time.GetUtcNow().UtcDateTime).Min();

    public bool IsOurs(GrainId grainId) => runtime.IsOwner(grainId);

    public IDisposable Subscribe(Action onChange) => views.Subscribe((before, now) =>
    {
        if (!ReferenceEquals(before.Ring, now.Ring)) onChange();
    });

    public Task TickAsync(ReminderKey reminder, TickStatus status) =>
        runtime.Factory.GetGrain<IRemindable>(reminder.GrainId).ReceiveReminder(reminder.Name, status);

    private static DateTime StartOf(SiloAddress silo) => SiloAddress.TimeOfGeneration(silo.Generation);
}
