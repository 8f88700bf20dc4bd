using Orleans.Embedded.Tests.Cluster.Support;

namespace Orleans.Embedded.Tests.Cluster.Grains;

public interface IReminderGrain : IGrainWithStringKey
{
    Task RegisterAsync(TimeSpan period);
}

internal sealed class ReminderGrain(Events events) : Grain, IReminderGrain, IRemindable
{
    public Task RegisterAsync(TimeSpan period) => this.RegisterOrUpdateReminder("tick", period, period);

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        events.Add($"{reminderName} of {this.GetPrimaryKeyString()} in {RuntimeIdentity}");
        return Task.CompletedTask;
    }
}
