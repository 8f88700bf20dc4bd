using Warren.TestSupport;

namespace Warren.Silo.Tests.Stores;

/// <summary>One server for all tests that only need a database of their own.</summary>
public sealed class SharedPostgres : IAsyncLifetime
{
    public PrivatePostgres Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await PrivatePostgres.StartNewAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

/// <summary>The tests that share the server.</summary>
[CollectionDefinition(Name)]
public sealed class StoreCollection : ICollectionFixture<SharedPostgres>
{
    public const string Name = "stores";
}
