using Warren.Conformance.Reminders;

namespace Warren.Silo.Tests.Stores;

[Collection(StoreCollection.Name)]
public sealed class PostgresReminderTableTests(SharedPostgres postgres) : ReminderTableConformance, IAsyncLifetime
{
    private readonly StoreSource _source = new(postgres);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _source.DisposeAsync();

    protected override async Task<IReminderTable> OpenAsync() => (await _source.OpenAsync(StoreKind.Postgres)).Reminders;
}
