using Orleans.Runtime;

namespace Orleans;

/// <summary>A grain that can be woken by reminders.</summary>
public interface IRemindable : IGrain
{
    /// <summary>
    /// A reminder of this grain is due. An exception is logged and the reminder goes on. The same tick may come twice when the grain moves
    /// between silos, and a tick may be missed when a silo dies, so the method does what is left to do, and nothing when that is nothing.
    /// </summary>
    Task ReceiveReminder(string reminderName, TickStatus status);
}
