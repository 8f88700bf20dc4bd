using System.Data.Common;
using System.Globalization;
using Npgsql;

namespace Warren.Silo.Stores;

/// <summary>PostgreSQL: several managers. Follows the primary among the hosts of the connection string.</summary>
internal sealed class PostgresEngine : StoreEngine
{
    // Warren's statements name rows by key. The planner must not choose to scan a table because it was small when it looked.
    private const string SessionSettings =
        "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c plan_cache_mode=force_generic_plan "
        + "-c idle_in_transaction_session_timeout=10000";

    private readonly NpgsqlMultiHostDataSource _hosts;

    public PostgresEngine(string connectionString, TimeSpan connectTimeout, TimeSpan commandTimeout, TimeSpan lockTimeout)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        if (!settings.ContainsKey("Max Auto Prepare")) settings.MaxAutoPrepare = 100;
        if (!settings.ContainsKey("Auto Prepare Min Usages")) settings.AutoPrepareMinUsages = 2;
        if (!settings.ContainsKey("Application Name")) settings.ApplicationName = "warren";
        settings.Timeout = Seconds(connectTimeout);
        settings.CommandTimeout = Seconds(commandTimeout);
        // Each connection has an owner who keeps it; a pool would hand out those that a restarted server has closed.
        settings.Pooling = false;
        settings.TcpKeepAlive = true;
        // A cancelled commit that waits for a standby would be reported as done without the standby having it. So a statement that
        // takes too long is given up together with its connection, and its outcome looked up afterwards.
        settings.CancellationTimeout = -1;
        settings.TargetSessionAttributes = null;
        // The server gives up before the client does, and then it is certain that nothing was written.
        var lockSetting = string.Create(CultureInfo.InvariantCulture, $" -c lock_timeout={(long)lockTimeout.TotalMilliseconds}");
        settings.Options = (settings.Options + " " + SessionSettings + lockSetting).TrimStart();
        Description = $"postgres store '{settings.Database}' on {settings.Host}";
        _hosts = new NpgsqlDataSourceBuilder(settings.ConnectionString).BuildMultiHost();
        DataSource = _hosts.WithTargetSession(TargetSessionAttributes.Primary);
    }

    public override string Description { get; }

    public override DbDataSource DataSource { get; }

    public override int RowsPerStatement => 64;

    public override TaskScheduler WriteScheduler => TaskScheduler.Default;

    public override string TablesQuery => "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema()";

    public override string ClockQuery => "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";

    // A number that only Warren uses; the lock ends with the transaction.
    public override string? MigrationLock => "SELECT pg_advisory_xact_lock(6277101735386680)";

    public override TaskScheduler NewReadScheduler() => TaskScheduler.Default;

    /// <summary>The server is set up by its administrator.</summary>
    public override void Prepare()
    {
    }

    public override async Task<StoreConnection> OpenAsync(CancellationToken cancellationToken)
    {
        // The driver remembers which hosts were away or were no primary, and would not even ask them for a while. Who opens
        // connections here waits between attempts already.
        _hosts.ClearDatabaseStates();
        return new PostgresStoreConnection((NpgsqlConnection)await DataSource.OpenConnectionAsync(cancellationToken));
    }

    public override async Task<string?> FindObstacleAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SHOW server_encoding";
        var encoding = (string?)await command.ExecuteScalarAsync(cancellationToken);
        return encoding == "UTF8" ? null : $"its encoding is {encoding}, and has to be UTF8";
    }

    public override StoreFailure Classify(Exception exception)
    {
        if (Find<PostgresException>(exception) is { } answer) return PostgresErrors.Classify(answer);
        var cause = exception is NpgsqlException ? Words(exception) : $"{exception.GetType().Name}: {exception.Message}";
        var fault = exception is NpgsqlException or OperationCanceledException ? StoreFault.Unreachable : StoreFault.Rejected;
        return new(fault, cause) { ConnectionLost = true, NothingWritten = false };
    }

    public override async ValueTask DisposeAsync()
    {
        await DataSource.DisposeAsync();
        await _hosts.DisposeAsync();
    }

    private static int Seconds(TimeSpan time) => Math.Max(1, (int)Math.Ceiling(time.TotalSeconds));

    // When several hosts were tried, each has its own exception, and an answer tells more than a silence.
    private static T? Find<T>(Exception exception)
        where T : Exception => exception switch
        {
            T found => found,
            AggregateException several => several.InnerExceptions.Select(Find<T>).FirstOrDefault(found => found is not null),
            { InnerException: { } inner } => Find<T>(inner),
            _ => null,
        };

    private static string Words(Exception exception) => exception switch
    {
        AggregateException several => string.Join("; ", several.InnerExceptions.Select(Words).Distinct()),
        { InnerException: { } inner } => $"{exception.Message.TrimEnd('.')}: {Words(inner)}",
        _ => exception.Message.TrimEnd('.'),
    };
}
