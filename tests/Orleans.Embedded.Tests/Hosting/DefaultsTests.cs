using Orleans.Configuration;

namespace Orleans.Embedded.Tests.Hosting;

/// <summary>Values that users rely on without setting them.</summary>
public sealed class DefaultsTests
{
    [Fact]
    public void Deadline_OfACall_IsThirtySeconds()
    {
        new SiloMessagingOptions().ResponseTimeout.ShouldBe(TimeSpan.FromSeconds(30));
        new ClientMessagingOptions().ResponseTimeout.ShouldBe(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void Queue_OfAGrain_HoldsTenThousandCalls() => new SiloMessagingOptions().MaxEnqueuedRequestsHardLimit.ShouldBe(10_000);

    [Fact]
    public void Reminder_Shortest_IsOneMinute() => new ReminderOptions().MinimumReminderPeriod.ShouldBe(TimeSpan.FromMinutes(1));
}
