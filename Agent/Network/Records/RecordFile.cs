using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Microsoft.Data.Sqlite;
using Warren.Agent.Runtime;
using Warren.Containers;

namespace Warren.Agent.Network.Records;

/// <summary>
/// The records, in a SQLite file. A commit outlives this process at once; a power cut may take back the last ones, and takes all that they
/// speak of with it. Not thread-safe.
/// </summary>
internal sealed class RecordFile : IDisposable
{
    /// <summary>SQLite's code of a disk without room.</summary>
    public const int DiskFull = 13;

    private const int Version = 1;

    private const int DamagedFile = 11, NoDatabase = 26;

    private const string Schema =
        """
        CREATE TABLE attachments (id TEXT PRIMARY KEY, mode TEXT NOT NULL, number INTEGER, ipv4 TEXT, ipv6 TEXT, ports TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
        PRAGMA user_version=1;
        """;

    private readonly SqliteConnection _connection;

    static RecordFile() => SQLitePCL.Batteries_V2.Init();

    private RecordFile(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens the file, or makes it.</summary>
    /// <param name="path">Its path; its folder is made when it does not exist.</param>
    /// <param name="isNew">Whether there was none.</param>
    /// <exception cref="InvalidDataException">It is none of ours, or damaged.</exception>
    /// <exception cref="NetworkException">It cannot be opened or written.</exception>
    public static RecordFile Open(string path, out bool isNew)
    {
        SqliteConnection? connection = null;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            connection = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
            connection.Open();
            Execute(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=5000;");
            var version = Convert.ToInt32(Scalar(connection, "PRAGMA user_version"), CultureInfo.InvariantCulture);
            isNew = version == 0 && Convert.ToInt32(Scalar(connection, "SELECT count(*) FROM sqlite_master"), CultureInfo.InvariantCulture) == 0;
            if (version > Version)
                throw new NetworkException(NetworkFault.Prerequisite, $"{path} has form {version}, of a newer release; this one reads up to {Version}");
            if (isNew)
            {
                using var transaction = connection.BeginTransaction();
                Execute(connection, Schema);
                transaction.Commit();
            }
            else if (version == 0 || Scalar(connection, "PRAGMA quick_check") is not "ok")
            {
                throw new InvalidDataException($"{path} is damaged");
            }

            return new(connection);
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is DamagedFile or NoDatabase)
        {
            connection?.Dispose();
            throw new InvalidDataException($"{path} is damaged: {exception.Message}", exception);
        }
        catch (Exception exception)
        {
            connection?.Dispose();
            if (exception is InvalidDataException or NetworkException) throw;
            throw new NetworkException(NetworkFault.Failed, $"the records of the network in {path} cannot be opened: {exception.Message}", exception);
        }
    }

    public ImmutableArray<AttachmentRecord> ReadAll()
    {
        try
        {
            using var command = _connection.CreateCommand();
            command.CommandText = "SELECT id, mode, number, ipv4, ipv6, ports FROM attachments ORDER BY id";
            using var reader = command.ExecuteReader();
            var found = ImmutableArray.CreateBuilder<AttachmentRecord>();
            while (reader.Read())
            {
                found.Add(new(
                    new ContainerId(reader.GetString(0)),
                    Enum.Parse<NetworkMode>(reader.GetString(1)),
                    reader.IsDBNull(2) ? null : reader.GetInt32(2),
                    reader.IsDBNull(3) ? null : IPAddress.Parse(reader.GetString(3)),
                    reader.IsDBNull(4) ? null : IPAddress.Parse(reader.GetString(4)),
                    PortText.Parse(reader.GetString(5))));
            }

            return found.ToImmutable();
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException
            || exception is SqliteException { SqliteErrorCode: DamagedFile or NoDatabase })
        {
            throw new InvalidDataException($"the records of the network are damaged: {exception.Message}", exception);
        }
    }

    /// <summary>Writes a record, and the number that was given out with it, in the place of others; all of it or nothing.</summary>
    public void Put(AttachmentRecord record, IReadOnlySet<ContainerId> removed, params ReadOnlySpan<(string Name, string Value)> facts)
    {
        Execute(_connection, "BEGIN IMMEDIATE");
        try
        {
            Delete(removed);
            Execute(
                _connection,
                "INSERT OR REPLACE INTO attachments VALUES ($id, $mode, $number, $ipv4, $ipv6, $ports)",
                ("$id", record.Id.Value),
                ("$mode", record.Mode.ToString()),
                ("$number", record.Number),
                ("$ipv4", record.Ipv4?.ToString()),
                ("$ipv6", record.Ipv6?.ToString()),
                ("$ports", PortText.Format(record.Ports)));
            foreach (var (name, value) in facts) PutFact(name, value);
            Execute(_connection, "COMMIT");
        }
        catch
        {
            RollBack();
            throw;
        }
    }

    /// <summary>Removes records; all of them or none.</summary>
    public void Remove(IReadOnlySet<ContainerId> ids)
    {
        Execute(_connection, "BEGIN IMMEDIATE");
        try
        {
            Delete(ids);
            Execute(_connection, "COMMIT");
        }
        catch
        {
            RollBack();
            throw;
        }
    }

    public string? GetFact(string name) => (string?)Scalar(_connection, "SELECT value FROM facts WHERE name = $name", ("$name", name));

    public void PutFact(string name, string value) =>
        Execute(_connection, "INSERT OR REPLACE INTO facts VALUES ($name, $value)", ("$name", name), ("$value", value));

    public void Dispose() => _connection.Dispose();

    private void Delete(IReadOnlySet<ContainerId> ids)
    {
        foreach (var id in ids) Execute(_connection, "DELETE FROM attachments WHERE id = $id", ("$id", id.Value));
    }

    // SQLite may have ended it by itself, as on a full disk, and a transaction of ADO.NET does not notice.
    private void RollBack()
    {
        if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0) Execute(_connection, "ROLLBACK");
    }

    private static object? Scalar(SqliteConnection connection, string text, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(connection, text, parameters);
        return command.ExecuteScalar();
    }

    private static void Execute(SqliteConnection connection, string text, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(connection, text, parameters);
        command.ExecuteNonQuery();
    }

    private static SqliteCommand Command(SqliteConnection connection, string text, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }
}
