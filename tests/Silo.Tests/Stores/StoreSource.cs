using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Silo.Stores;
using Warren.TestSupport;

namespace Warren.Silo.Tests.Stores;

/// <summary>Gives one test an empty database of either kind, and as many stores on it as it opens.</summary>
public sealed class StoreSource(SharedPostgres postgres)
{
    private readonly ConcurrentBag<WarrenStore> _stores = [];
    private readonly TempFolder _folder = TempFolder.Create("store");
    private readonly Lazy<Task<string>> _database = new(postgres.Server.NewDatabaseAsync);

    /// <summary>A folder of the test's own.</summary>
    public string Folder => _folder.Path;

    public string SqliteFile => Path.Combine(Folder, "store.db");

    /// <summary>Options that name the test's database.</summary>
    public async Task<StoreOptions> OptionsAsync(StoreKind kind) => kind == StoreKind.Sqlite
        ? new StoreOptions().UseSqlite(SqliteFile)
        : new StoreOptions().UsePostgres(await _database.Value);

    public async Task DisposeAsync()
    {
        foreach (var store in _stores)
            await store.DisposeAsync();
        _folder.Dispose();
    }

    internal async Task<WarrenStore> OpenAsync(StoreKind kind, string clusterId = "one") =>
        Open(await OptionsAsync(kind), new StoreScope("service", clusterId, null));

    internal WarrenStore Open(
        StoreOptions options,
        StoreScope? scope = null,
        TimeProvider? time = null,
        IReadOnlyList<SchemaMigration>? migrations = null)
    {
        var store = new WarrenStore(
            StoreEngine.Create(options),
            options,
            scope ?? new StoreScope("service", "one", null),
            time ?? TimeProvider.System,
            NullLogger.Instance,
            migrations);
        _stores.Add(store);
        return store;
    }
}
