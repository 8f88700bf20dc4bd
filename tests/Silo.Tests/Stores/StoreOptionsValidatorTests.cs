using System.Text.Json.Nodes;
using Warren.Silo.Stores;

namespace Warren.Silo.Tests.Stores;

public sealed class StoreOptionsValidatorTests
{
    [Fact]
    public void Validate_DefaultsWithADatabase_FindsNothing()
    {
        StoreOptionsValidator.FindProblems(new StoreOptions().UseSqlite("/var/lib/warren/store.db")).ShouldBeEmpty();
        StoreOptionsValidator.FindProblems(new StoreOptions().UsePostgres("Host=a,b;Database=warren;Username=w")).ShouldBeEmpty();
    }

    [Fact]
    public void Validate_EverythingWrong_ReportsAllWithPathValueAndRule()
    {
        var options = new StoreOptions
        {
            MaxBatchRows = 0,
            ForegroundBatchRows = -2,
            MaxBatchCharacters = -1,
            QueueCapacity = 0,
            MaxPending = -5,
            Readers = 0,
            MaxReadBatch = 0,
            ConnectTimeout = TimeSpan.Zero,
            CommandTimeout = TimeSpan.FromSeconds(1),
            LockTimeout = TimeSpan.FromSeconds(2),
            OutcomeTimeout = TimeSpan.FromDays(2),
            ReconnectDelay = TimeSpan.FromSeconds(2),
            MaxReconnectDelay = TimeSpan.FromSeconds(1),
            StorageNames = { "a", " ", "a" },
            StateFormats =
            {
                new StateFormat { StateType = typeof(string), Writes = 0, Reads = -1 },
                new StateFormat { StateType = typeof(string), Reads = 2 },
            },
        };

        new StoreOptionsValidator().Validate(null, options).Failures.ShouldBe(
        [
            "StoreOptions: exactly one of SqliteFile and PostgresConnectionString must be set",
            "StoreOptions.MaxBatchRows: must be at least 1, was 0",
            "StoreOptions.ForegroundBatchRows: must be at least 1, was -2",
            "StoreOptions.MaxBatchCharacters: must be at least 1, was -1",
            "StoreOptions.QueueCapacity: must be at least 1, was 0",
            "StoreOptions.Readers: must be at least 1, was 0",
            "StoreOptions.MaxReadBatch: must be at least 1, was 0",
            "StoreOptions.MaxPending: must not be below QueueCapacity (0), was -5",
            "StoreOptions.ConnectTimeout: must be more than zero and at most a day, was 00:00:00",
            "StoreOptions.CommandTimeout: must not be below LockTimeout (00:00:02), was 00:00:01",
            "StoreOptions.OutcomeTimeout: must be more than zero and at most a day, was 2.00:00:00",
            "StoreOptions.MaxReconnectDelay: must not be below ReconnectDelay (00:00:02), was 00:00:01",
            "StoreOptions.StorageNames[1]: must not be empty",
            "StoreOptions.StorageNames[2]: repeats 'a'",
            "StoreOptions.StateFormats[0] (String): Writes must be at least 1, was 0",
            "StoreOptions.StateFormats[0] (String): Reads must not be below Writes (0), was -1",
            "StoreOptions.StateFormats[1] (String): the type is listed already",
            "StoreOptions.StateFormats[1] (String): Convert must be set where there is more than one form",
        ]);
    }

    [Theory]
    [InlineData("Database=warren", "StoreOptions.PostgresConnectionString: must name a Host")]
    [InlineData("Host=a", "StoreOptions.PostgresConnectionString: must name a Database")]
    public void Validate_IncompleteConnectionString_SaysWhatIsMissing(string text, string problem) =>
        StoreOptionsValidator.FindProblems(new StoreOptions().UsePostgres(text)).ShouldBe([problem]);

    [Fact]
    public void Validate_BrokenConnectionString_DoesNotShowThePassword()
    {
        var problem = StoreOptionsValidator.FindProblems(new StoreOptions().UsePostgres("Host=a;Password=hunter2;Port=x"))
            .ShouldHaveSingleItem();

        problem.ShouldStartWith("StoreOptions.PostgresConnectionString: is not a connection string: ");
        problem.ShouldNotContain("hunter2");
    }

    [Fact]
    public void Validate_FolderAsSqliteFile_IsRefused() =>
        StoreOptionsValidator.FindProblems(new StoreOptions().UseSqlite("/var/lib/warren/"))
            .ShouldBe(["StoreOptions.SqliteFile: must name a file, was '/var/lib/warren/'"]);

    [Fact]
    public void Validate_BothDatabases_IsRefused() =>
        StoreOptionsValidator.FindProblems(new StoreOptions().UseSqlite("/a").UsePostgres("Host=a;Database=b"))
            .ShouldBe(["StoreOptions: exactly one of SqliteFile and PostgresConnectionString must be set"]);

    [Fact]
    public void Validate_FormatWithConversion_IsAccepted() => StoreOptionsValidator.FindProblems(new StoreOptions
    {
        SqliteFile = "/a",
        StateFormats = { new StateFormat { StateType = typeof(string), Reads = 2, Convert = (payload, _) => payload ?? new JsonObject() } },
    }).ShouldBeEmpty();
}
