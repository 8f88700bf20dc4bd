namespace Warren.Grains.Services;

/// <summary>
/// The last net below a service that has something to do: a reminder, registered only once that has lasted, since most of what a service does is over
/// before a write for it would be.
/// </summary>
internal sealed class ServiceReminder(Grain grain, TimeProvider time, ServiceGrainOptions options)
{
    private const string Name = "look";

    private long? _unsettledSince;
    private bool _isThere;

    /// <summary>How long until one is to be registered. Null: none is.</summary>
    public TimeSpan? DueIn => _isThere || _unsettledSince is not { } since ? null : options.ReminderAfter - time.GetElapsedTime(since);

    /// <summary>Takes note of whether there is something to do.</summary>
    public void Watch(bool isSettled) => _unsettledSince = isSettled ? null : _unsettledSince ?? time.GetTimestamp();

    /// <summary>It has ticked, so there is one.</summary>
    public void IsThere() => _isThere = true;

    /// <summary>Registers it if it is time to, and ends it if nothing is left to do.</summary>
    public async Task SetAsync(bool isSettled)
    {
        if (isSettled) await EndAsync();
        if (isSettled || DueIn is not { } due || due > TimeSpan.Zero) return;

        // If it fails, the next time is as far away.
        _unsettledSince = time.GetTimestamp();
        await grain.RegisterOrUpdateReminder(Name, options.ReminderPeriod, options.ReminderPeriod);
        _isThere = true;
    }

    private async Task EndAsync()
    {
        if (!_isThere) return;
        if (await grain.GetReminder(Name) is { } reminder) await grain.UnregisterReminder(reminder);
        _isThere = false;
    }
}
