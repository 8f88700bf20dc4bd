using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Warren.TestSupport;

/// <summary>
/// A PostgreSQL server of the test's own, in a temporary folder, listening on a loopback port and a unix socket, as durable as one in
/// production. It ends with this process, however that ends.
/// </summary>
public sealed class PrivatePostgres : IAsyncDisposable
{
    private const string Superuser = "postgres";

    // Stops the server when this process is gone, which closes the pipe.
    private const string Keeper = """ "$@" & server=$!; cat >/dev/null; kill -INT $server 2>/dev/null; wait $server """;

    private readonly string _folder;
    private Process? _keeper;
    private int _serverId;

    private PrivatePostgres(string folder, int port)
    {
        _folder = folder;
        Port = port;
    }

    /// <summary>The port on the loopback interface, also part of the unix socket's name.</summary>
    public int Port { get; }

    /// <summary>The folder of the unix socket, which serves as host name too.</summary>
    public string SocketFolder => _folder;

    /// <summary>What the server's log says.</summary>
    public List<string> Log { get; } = [];

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Makes and starts a server.</summary>
    public static async Task<PrivatePostgres> StartNewAsync()
    {
        var server = await PrepareAsync();
        await PostgresTools.RunAsync(
            PostgresTools.Find("initdb"), "-D", server.Data, "-U", Superuser, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        await server.StartAsync();
        return server;
    }

    /// <summary>Makes and starts a server that follows this one by streaming replication.</summary>
    /// <param name="name">Its name in <c>synchronous_standby_names</c>.</param>
    public async Task<PrivatePostgres> StartStandbyAsync(string name)
    {
        var standby = await PrepareAsync();
        var port = Port.ToString(CultureInfo.InvariantCulture);
        await PostgresTools.RunAsync(
            PostgresTools.Find("pg_basebackup"),
            "-D", standby.Data, "-R", "-X", "stream", "-c", "fast", "--no-sync",
            "-d", $"host=127.0.0.1 port={port} user={Superuser} application_name={name}");
        await standby.StartAsync();
        return standby;
    }

    /// <summary>The connection string of a database, by TCP.</summary>
    public string ConnectionString(string database) => ConnectionString(database, Port);

    /// <summary>The connection string of a database behind something that listens on another port.</summary>
    public static string ConnectionString(string database, int port) =>
        new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = port, Username = Superuser, Database = database }.ToString();

    /// <summary>Makes a database of a name no other has, and returns its connection string.</summary>
    public async Task<string> NewDatabaseAsync()
    {
        var name = "test_" + Guid.NewGuid().ToString("N");
        await ExecuteAsync($"CREATE DATABASE {name}");
        return ConnectionString(name);
    }

    /// <summary>Runs a statement as superuser in the database <c>postgres</c>, or in another.</summary>
    public async Task ExecuteAsync(string sql, string database = "postgres")
    {
        await using var connection = await ConnectAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Reads one value as superuser.</summary>
    public async Task<object?> QueryAsync(string sql, string database = "postgres")
    {
        await using var connection = await ConnectAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Starts the server after <see cref="StopAsync"/> or <see cref="CrashAsync"/>; returns when it takes connections.</summary>
    public async Task StartAsync()
    {
        var keeper = PostgresTools.Start(
            "sh", "-c", Keeper, "sh", PostgresTools.Find("postgres"),
            "-D", Data,
            "-p", Port.ToString(CultureInfo.InvariantCulture),
            "-k", _folder,
            "-c", "listen_addresses=127.0.0.1",
            "-c", "unix_socket_permissions=0777",
            "-c", "max_connections=200",
            "-c", "fsync=on",
            "-c", "log_min_messages=log");
        _keeper = keeper;
        keeper.OutputDataReceived += (_, _) => { };
        keeper.BeginOutputReadLine();
        var ready = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        keeper.ErrorDataReceived += (_, line) => OnLine(line.Data, ready);
        keeper.BeginErrorReadLine();
        await ready.Task.WaitAsync(TimeSpan.FromMinutes(1));
        var idFile = await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid"));
        _serverId = int.Parse(idFile[0], CultureInfo.InvariantCulture);
    }

    /// <summary>Stops the server in good order, ending all connections.</summary>
    public Task StopAsync() => EndAsync("INT");

    /// <summary>Stops the server as a power cut would: it recovers when it is started again.</summary>
    public Task CrashAsync() => EndAsync("QUIT");

    /// <summary>Makes a standby the primary.</summary>
    public Task PromoteAsync() => PostgresTools.RunAsync(PostgresTools.Find("pg_ctl"), "promote", "-w", "-D", Data);

    public async ValueTask DisposeAsync()
    {
        await CrashAsync();
        _keeper?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<PrivatePostgres> PrepareAsync()
    {
        var folder = (await PostgresTools.RunAsync("mktemp", "-d", Path.Combine(TempFolder.Root, "warren-pg-XXXXXX"))).Trim();
        return new PrivatePostgres(folder, LocalPorts.Next());
    }

    private async Task<NpgsqlConnection> ConnectAsync(string database)
    {
        var connection = new NpgsqlConnection(ConnectionString(database) + ";Pooling=false;Command Timeout=120");
        await connection.OpenAsync();
        return connection;
    }

    private void OnLine(string? line, TaskCompletionSource ready)
    {
        if (line is null)
        {
            ready.TrySetException(new InvalidOperationException("PostgreSQL did not start:\n" + string.Join('\n', LogCopy())));
            return;
        }

        lock (Log)
            Log.Add(line);
        if (line.Contains("ready to accept", StringComparison.Ordinal)) ready.TrySetResult();
    }

    private List<string> LogCopy()
    {
        lock (Log)
            return [.. Log];
    }

    private async Task EndAsync(string signal)
    {
        if (_keeper is not { } keeper) return;
        _keeper = null;
        await PostgresTools.RunAsync("kill", "-" + signal, _serverId.ToString(CultureInfo.InvariantCulture));
        keeper.StandardInput.Close();
        await keeper.WaitForExitAsync();
        keeper.Dispose();
    }
}
