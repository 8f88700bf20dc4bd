using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using Warren.Silo.Stores;

namespace Warren.Silo.Tests.Stores;

/// <summary>Databases that are new, old, newer, not Warren's, or not there.</summary>
[Collection(StoreCollection.Name)]
public sealed class SchemaTests(SharedPostgres postgres) : IAsyncLifetime
{
    private static readonly SchemaMigration s_next = new(
        2, "CREATE TABLE warren_addition (id INTEGER NOT NULL PRIMARY KEY)", "INSERT INTO warren_addition (id) VALUES (42)");

    private readonly StoreSource _source = new(postgres);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _source.DisposeAsync();

    [Theory, BothStores]
    public async Task Open_EmptyDatabaseByManyAtOnce_MakesTheSchemaOnce(StoreKind kind)
    {
        var options = await _source.OptionsAsync(kind);
        var stores = Enumerable.Range(0, 6).Select(_ => _source.Open(options)).ToArray();

        await Task.WhenAll(stores.Select((store, i) => store.WriteNewAsync("key-" + i, i)));

        (await stores[0].ReadAsync("key-5")).State!.Count.ShouldBe(5);
        (await ScalarAsync(options, "SELECT version FROM warren_schema")).ShouldBe(1);
    }

    [Theory, BothStores]
    public async Task Open_OlderSchemaByManyAtOnce_MigratesItAndKeepsTheData(StoreKind kind)
    {
        var options = await _source.OptionsAsync(kind);
        await _source.Open(options).WriteNewAsync("key", 7);
        var stores = Enumerable.Range(0, 4).Select(_ => _source.Open(options, migrations: [.. SchemaMigration.All, s_next])).ToArray();

        var read = await Task.WhenAll(stores.Select(store => store.ReadAsync("key")));

        read.ShouldAllBe(state => state.State!.Count == 7);
        (await ScalarAsync(options, "SELECT version FROM warren_schema")).ShouldBe(2);
        (await ScalarAsync(options, "SELECT id FROM warren_addition")).ShouldBe(42);
    }

    [Theory, BothStores]
    public async Task Open_NewerSchema_IsRefusedWithBothVersions(StoreKind kind)
    {
        var options = await _source.OptionsAsync(kind);
        await _source.Open(options, migrations: [.. SchemaMigration.All, s_next]).WriteNewAsync("key", 7);
        var store = _source.Open(options);

        var refusal = await Should.ThrowAsync<StoreException>(() => store.Members.InitializeMembershipTable(true));

        refusal.Fault.ShouldBe(StoreFault.WrongSchema);
        refusal.Message.ShouldBe(
            $"The {store.Engine.Description} has a wrong schema: its version is 2, of a newer release; this one knows up to 1. "
            + "Nothing was written. Use the release that fits it, or the database that fits this release.");
        (await Should.ThrowAsync<StoreException>(() => store.WriteNewAsync("key", 8))).Fault.ShouldBe(StoreFault.WrongSchema);
        (await Should.ThrowAsync<StoreException>(() => store.ReadAsync("key"))).Fault.ShouldBe(StoreFault.WrongSchema);
        (await Should.ThrowAsync<StoreException>(() => store.Reminders.StartAsync())).Fault.ShouldBe(StoreFault.WrongSchema);
    }

    [Theory, BothStores]
    public async Task Open_MigrationFailsHalfWay_LeavesTheSchemaAsItWas(StoreKind kind)
    {
        var options = await _source.OptionsAsync(kind);
        await _source.Open(options).WriteNewAsync("key", 7);
        var broken = new SchemaMigration(
            2, "CREATE TABLE warren_addition (id INTEGER NOT NULL PRIMARY KEY)", "INSERT INTO nowhere VALUES (1)");

        var failure = await Should.ThrowAsync<StoreException>(
            () => _source.Open(options, migrations: [.. SchemaMigration.All, broken]).ReadAsync("key"));

        failure.Fault.ShouldBe(StoreFault.WrongSchema);
        (await ScalarAsync(options, "SELECT version FROM warren_schema")).ShouldBe(1);
        (await _source.Open(options, migrations: [.. SchemaMigration.All, s_next]).ReadAsync("key")).State!.Count.ShouldBe(7);
    }

    [Theory, BothStores]
    public async Task Open_DatabaseOfSomethingElse_IsRefusedAndNotTouched(StoreKind kind)
    {
        var options = await _source.OptionsAsync(kind);
        await ScalarAsync(options, "CREATE TABLE customers (id INTEGER)");
        var store = _source.Open(options);

        var refusal = await Should.ThrowAsync<StoreException>(() => store.ReadAsync("key"));

        refusal.Fault.ShouldBe(StoreFault.WrongDatabase);
        refusal.Message.ShouldStartWith(
            $"The {store.Engine.Description} is not a database of Warren: it holds other tables, such as 'customers'. Nothing was");
        await Should.ThrowAsync<Exception>(() => ScalarAsync(options, "SELECT 1 FROM warren_schema"));
    }

    [Fact]
    public async Task Open_FileThatIsNoDatabase_IsRefusedAndNotTouched()
    {
        var text = new string('x', 5000);
        await File.WriteAllTextAsync(_source.SqliteFile, text);

        var store = await _source.OpenAsync(StoreKind.Sqlite);

        var refusal = await Should.ThrowAsync<StoreException>(() => store.ReadAsync("key"));

        refusal.Fault.ShouldBe(StoreFault.WrongDatabase);
        refusal.Message.ShouldContain("file is not a database");
        (await File.ReadAllTextAsync(_source.SqliteFile)).ShouldBe(text);
    }

    [Fact]
    public async Task Open_FolderIsMissing_NamesTheFile()
    {
        var file = Path.Combine(_source.Folder, "missing", "store.db");

        var refusal = await Should.ThrowAsync<StoreException>(() => _source.Open(new StoreOptions().UseSqlite(file)).ReadAsync("key"));

        refusal.Fault.ShouldBe(StoreFault.Unreachable);
        refusal.Message.ShouldContain(file);
    }

    [Fact]
    public async Task Open_NewSqliteFile_IsForItsOwnerOnly()
    {
        await (await _source.OpenAsync(StoreKind.Sqlite)).WriteNewAsync("key", 1);

        foreach (var file in new[] { "", "-wal", "-shm" })
            File.GetUnixFileMode(_source.SqliteFile + file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task Open_MissingPostgresDatabase_IsRefused()
    {
        var options = new StoreOptions().UsePostgres(postgres.Server.ConnectionString("nowhere"));

        var refusal = await Should.ThrowAsync<StoreException>(() => _source.Open(options).ReadAsync("key"));

        refusal.Fault.ShouldBe(StoreFault.WrongDatabase);
        refusal.Message.ShouldContain("database \"nowhere\" does not exist");
    }

    [Fact]
    public async Task Open_OtherEncoding_IsRefused()
    {
        await postgres.Server.ExecuteAsync("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0");

        var refusal = await Should.ThrowAsync<StoreException>(
            () => _source.Open(new StoreOptions().UsePostgres(postgres.Server.ConnectionString("latin"))).ReadAsync("key"));

        refusal.Fault.ShouldBe(StoreFault.WrongDatabase);
        refusal.Message.ShouldContain("its encoding is LATIN1, and has to be UTF8");
    }

    [Fact]
    public async Task Open_RoleWithoutPermission_IsDeniedUntilItHasIt()
    {
        var options = await _source.OptionsAsync(StoreKind.Postgres);
        var settings = new NpgsqlConnectionStringBuilder(options.PostgresConnectionString);
        var guest = "guest_" + Guid.NewGuid().ToString("N");
        settings.Username = guest;
        var store = _source.Open(Impatient(new StoreOptions().UsePostgres(settings.ConnectionString)));

        (await Should.ThrowAsync<StoreException>(() => store.ReadAsync("key"))).ShouldSatisfyAllConditions(
            refusal => refusal.Fault.ShouldBe(StoreFault.Denied),
            refusal => refusal.Message.ShouldContain($"role \"{guest}\" does not exist"));

        await postgres.Server.ExecuteAsync($"CREATE ROLE {guest} LOGIN");
        (await Should.ThrowAsync<StoreException>(() => store.ReadAsync("key"))).ShouldSatisfyAllConditions(
            refusal => refusal.Fault.ShouldBe(StoreFault.Denied),
            refusal => refusal.Message.ShouldContain("permission denied"));

        await postgres.Server.ExecuteAsync($"GRANT ALL ON SCHEMA public TO {guest}", settings.Database!);
        await store.WriteNewAsync("key", 1);
    }

    internal static StoreOptions Impatient(StoreOptions options)
    {
        options.ReconnectDelay = options.MaxReconnectDelay = TimeSpan.FromTicks(1);
        return options;
    }

    private static async Task<object?> ScalarAsync(StoreOptions options, string sql)
    {
        await using DbConnection connection = options.SqliteFile is { } file
            ? new SqliteConnection($"Data Source={file};Pooling=false")
            : new NpgsqlConnection(options.PostgresConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return await command.ExecuteScalarAsync() is { } value and not DBNull ? Convert.ToInt32(value, CultureInfo.InvariantCulture) : null;
    }
}
