using Orleans.Storage;
using Warren.Conformance.Storage;

namespace Warren.Silo.Tests.Stores;

[Collection(StoreCollection.Name)]
public sealed class SqliteGrainStorageTests(SharedPostgres postgres) : GrainStorageConformance, IAsyncLifetime
{
    private readonly StoreSource _source = new(postgres);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _source.DisposeAsync();

    protected override async Task<IGrainStorage> OpenAsync() => (await _source.OpenAsync(StoreKind.Sqlite)).States;
}
