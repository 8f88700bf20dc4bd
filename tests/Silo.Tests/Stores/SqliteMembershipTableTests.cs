using Warren.Conformance.Membership;

namespace Warren.Silo.Tests.Stores;

[Collection(StoreCollection.Name)]
public sealed class SqliteMembershipTableTests(SharedPostgres postgres) : MembershipTableConformance, IAsyncLifetime
{
    private readonly StoreSource _source = new(postgres);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _source.DisposeAsync();

    protected override async Task<IMembershipTable> OpenAsync(string clusterId) =>
        (await _source.OpenAsync(StoreKind.Sqlite, clusterId)).Members;
}
