using Orleans.Runtime.Reminders;
using Warren.Conformance.Reminders;

namespace Orleans.Embedded.Tests.Reminders;

public sealed class InMemoryReminderTableTests : ReminderTableConformance
{
    private readonly InMemoryReminderTable _table = new();

    protected override Task<IReminderTable> OpenAsync() => Task.FromResult<IReminderTable>(_table);
}
