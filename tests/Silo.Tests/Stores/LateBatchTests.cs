using Warren.Silo.Stores;

namespace Warren.Silo.Tests.Stores;

/// <summary>A transaction that comes to the database only when what it was to write was written anew.</summary>
[Collection(StoreCollection.Name)]
public sealed class LateBatchTests(SharedPostgres postgres) : IAsyncLifetime
{
    private static readonly GrainId s_grain = Counters.Id("a");

    private readonly StoreSource _source = new(postgres);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _source.DisposeAsync();

    [Theory, BothStores]
    public async Task Execute_AfterALaterBatch_ChangesNothing(StoreKind kind)
    {
        var store = await _source.OpenAsync(kind);
        await store.Reminders.UpsertRow(Reminder(1));
        await using var connection = await store.Engine.OpenAsync(CancellationToken.None);
        var mark = (await new WriterRegistration("one", null).RegisterAsync(connection)).Mark.ShouldNotBeNull();
        var (late, again, after) = (Plan(mark, 1), Plan(mark, 2), Plan(mark, 3));

        (await connection.ExecuteAsync(again.Statements)).ShouldBe([1, 1]);
        (await connection.ExecuteAsync(late.Statements)).ShouldBe([0, 0]);
        (await store.Reminders.ReadRow(s_grain, "r"))!.Period.ShouldBe(TimeSpan.FromMinutes(2));
        (await connection.ExecuteAsync(after.Statements)).ShouldBe([1, 1]);
        (await store.Reminders.ReadRow(s_grain, "r"))!.Period.ShouldBe(TimeSpan.FromMinutes(3));
    }

    // A reminder is written whatever its version, so that nothing else holds a late write back.
    private static BatchPlan Plan(WriterMark mark, int batch)
    {
        mark.Batch = batch;
        return BatchPlan.Compute([ReminderWrite.Put(GrainRows.KeyOf("reminder", s_grain, "r"), Reminder(batch))], mark, "service", 1);
    }

    private static ReminderEntry Reminder(int minutes) => new() { GrainId = s_grain, ReminderName = "r", Period = TimeSpan.FromMinutes(minutes) };
}
