using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Warren.Agent.Tasks;
using Warren.Hosting.Json;
using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Agent.Assignments;

/// <summary>
/// Assignments in a SQLite file, the contents of secrets sealed by the node's key; without one they are left out. What is assigned outlives a power cut;
/// one may take back how the last tasks ended, and then it is found out again. Not thread-safe.
/// </summary>
internal sealed class AssignmentFile : IDisposable
{
    private const int Form = 3;

    private const int DamagedFile = 11, NoDatabase = 26;

    private const string Schema =
        """
        CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE tasks (id TEXT PRIMARY KEY, version INTEGER NOT NULL, desired INTEGER NOT NULL, reason TEXT NOT NULL, ended TEXT, restarts TEXT, files INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
        CREATE TABLE templates (service TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (service, version)) WITHOUT ROWID;
        PRAGMA user_version=3;
        """;

    // The first form kept no contents of secrets, and no restarts.
    private const string FromFirstForm = "ALTER TABLE tasks ADD COLUMN restarts TEXT; " + FromSecondForm;

    // The second one did not say whose files are replaced in place.
    private const string FromSecondForm = "ALTER TABLE tasks ADD COLUMN files INTEGER NOT NULL DEFAULT 0; PRAGMA user_version=3;";

    private static readonly JsonSerializerOptions s_json = new() { Converters = { new StrongIdConverterFactory() } };

    private readonly SqliteConnection _connection;
    private readonly NodeSealer? _sealer;

    static AssignmentFile() => SQLitePCL.Batteries_V2.Init();

    private AssignmentFile(SqliteConnection connection, NodeSealer? sealer) => (_connection, _sealer) = (connection, sealer);

    /// <summary>Opens the file, or makes it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sealer">Seals the contents of secrets; null to leave them out.</param>
    /// <exception cref="InvalidDataException">It is none of ours, damaged, or of a newer release.</exception>
    /// <exception cref="SqliteException">It cannot be opened or written.</exception>
    public static AssignmentFile Open(string path, NodeSealer? sealer)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            Execute(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=5000;");
            var form = Number(connection, "PRAGMA user_version");
            if (form > Form) throw new InvalidDataException($"{path} has form {form}, of a newer release; this one reads up to {Form}");
            if (form == 0)
            {
                if (Number(connection, "SELECT count(*) FROM sqlite_master") > 0) throw new InvalidDataException($"{path} is another program's");
                Execute(connection, "BEGIN IMMEDIATE;" + Schema + "COMMIT;");
            }

            if (form == 2) Execute(connection, "BEGIN IMMEDIATE;" + FromSecondForm + "COMMIT;");
            if (form == 1) Execute(connection, "BEGIN IMMEDIATE;" + FromFirstForm + "COMMIT;");
            return new(connection, sealer);
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode is DamagedFile or NoDatabase)
        {
            connection.Dispose();
            throw new InvalidDataException($"{path} is damaged: {failure.Message}", failure);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>What was kept.</summary>
    /// <exception cref="InvalidDataException">It cannot be read.</exception>
    public KeptAssignments Read()
    {
        try
        {
            if (Scalar("SELECT value FROM facts WHERE name = 'version'") is not long version) return KeptAssignments.None;
            var ends = ImmutableDictionary.CreateBuilder<TaskId, TaskObservation>();
            var tasks = new List<TaskAssignment>();
            var restarts = ImmutableDictionary.CreateBuilder<TaskId, TaskRestarts>();
            var files = Rows("SELECT id, files, 0, '', NULL FROM tasks WHERE files > 0").ToDictionary(row => row.Id, row => row.Version);
            foreach (var (id, spec, desired, reason, ended) in Rows("SELECT id, version, desired, reason, ended FROM tasks"))
            {
                tasks.Add(new(TaskId.Parse(id), spec, (DesiredState)desired, reason, files.GetValueOrDefault(id)));
                if (ended is not null) ends.Add(TaskId.Parse(id), JsonSerializer.Deserialize<TaskObservation>(ended, s_json)!);
            }

            foreach (var (id, _, _, again, _) in Rows("SELECT id, 0, 0, restarts, NULL FROM tasks WHERE restarts IS NOT NULL"))
                restarts.Add(TaskId.Parse(id), JsonSerializer.Deserialize<TaskRestarts>(again, s_json)!);
            var templates = Rows("SELECT service, version, 0, body, NULL FROM templates").Select(row => Unseal(JsonSerializer.Deserialize<TaskTemplate>(row.Text, s_json)!));
            var labels = Scalar("SELECT value FROM facts WHERE name = 'labels'") is string text
                ? JsonSerializer.Deserialize<ImmutableSortedDictionary<string, string>>(text, s_json)!
                : ImmutableSortedDictionary<string, string>.Empty;
            return new(AssignmentBook.Restore(version, tasks, templates, labels), ends.ToImmutable(), restarts.ToImmutable());
        }
        catch (Exception failure) when (failure is JsonException or FormatException or NotSupportedException or InvalidCastException
            || failure is SqliteException { SqliteErrorCode: DamagedFile or NoDatabase })
        {
            throw new InvalidDataException($"{_connection.DataSource} is damaged: {failure.Message}", failure);
        }
    }

    /// <summary>Writes what differs between two books, and what is new of tasks that are in the later one; all of it or nothing.</summary>
    /// <param name="before">What is on the disk.</param>
    /// <param name="after">What is to be there.</param>
    /// <param name="ends">How tasks ended since.</param>
    /// <param name="restarts">Which tasks were started again since.</param>
    /// <param name="sealAnew">Whether the node's key has changed, so that all secrets are sealed anew.</param>
    /// <exception cref="SqliteException">The disk is full, or it cannot be written for another reason.</exception>
    public void Write(
        AssignmentBook before,
        AssignmentBook after,
        IReadOnlyDictionary<TaskId, TaskObservation> ends,
        IReadOnlyDictionary<TaskId, TaskRestarts> restarts,
        bool sealAnew)
    {
        // A node that boots without a manager has nothing else to go by. What happened to its tasks it finds out again.
        Execute(before.Version == after.Version && !sealAnew ? "PRAGMA synchronous=NORMAL" : "PRAGMA synchronous=FULL");
        Execute("BEGIN IMMEDIATE");
        try
        {
            WriteTasks(before, after, ends, restarts);
            WriteTemplates(before, after, sealAnew);
            WriteFacts(before, after);
            Execute("COMMIT");
        }
        catch
        {
            // SQLite may have ended it by itself, as on a full disk, and a transaction of ADO.NET does not notice.
            if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0) Execute("ROLLBACK");
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private void WriteTasks(
        AssignmentBook before, AssignmentBook after, IReadOnlyDictionary<TaskId, TaskObservation> ends, IReadOnlyDictionary<TaskId, TaskRestarts> restarts)
    {
        foreach (var task in before.Tasks.Keys.Where(task => !after.Tasks.ContainsKey(task)))
            Execute("DELETE FROM tasks WHERE id = $id", ("$id", task.ToString()));
        foreach (var task in after.Tasks.Values.Where(task => !before.Tasks.TryGetValue(task.Task, out var known) || known != task))
        {
            Execute(
                """
                INSERT INTO tasks (id, version, desired, reason, files) VALUES ($id, $version, $desired, $reason, $files)
                ON CONFLICT (id) DO UPDATE SET version = excluded.version, desired = excluded.desired, reason = excluded.reason, files = excluded.files
                """,
                ("$id", task.Task.ToString()),
                ("$version", task.SpecVersion),
                ("$desired", (int)task.Desired),
                ("$reason", task.Reason),
                ("$files", task.FilesVersion));
        }

        foreach (var (task, end) in ends.Where(end => after.Tasks.ContainsKey(end.Key)))
        {
            Execute(
                "UPDATE tasks SET ended = $ended WHERE id = $id", ("$id", task.ToString()), ("$ended", JsonSerializer.Serialize(end, s_json)));
        }

        foreach (var (task, restart) in restarts.Where(restart => after.Tasks.ContainsKey(restart.Key)))
        {
            Execute(
                "UPDATE tasks SET restarts = $restarts WHERE id = $id", ("$id", task.ToString()), ("$restarts", JsonSerializer.Serialize(restart, s_json)));
        }
    }

    private void WriteFacts(AssignmentBook before, AssignmentBook after)
    {
        if (after.Version is not { } number)
        {
            Execute("DELETE FROM facts");
            return;
        }

        Execute("INSERT OR REPLACE INTO facts VALUES ('version', $version)", ("$version", number));
        if (!before.NodeLabels.SequenceEqual(after.NodeLabels))
            Execute("INSERT OR REPLACE INTO facts VALUES ('labels', $labels)", ("$labels", JsonSerializer.Serialize(after.NodeLabels, s_json)));
    }

    private void WriteTemplates(AssignmentBook before, AssignmentBook after, bool sealAnew)
    {
        foreach (var (service, version) in before.Templates.Keys.Where(key => !after.Templates.ContainsKey(key)))
            Execute("DELETE FROM templates WHERE service = $service AND version = $version", ("$service", service.ToString()), ("$version", version));
        foreach (var ((service, version), template) in after.Templates)
        {
            var key = (service, version);
            var isThere = before.Templates.ContainsKey(key) && (!before.WithoutSecrets.Contains(key) || after.WithoutSecrets.Contains(key));

            // One whose secrets could not be read stays as it is: the key that they were sealed with may come back.
            if (isThere && (!sealAnew || after.WithoutSecrets.Contains(key))) continue;
            Execute(
                "INSERT OR REPLACE INTO templates VALUES ($service, $version, $body)",
                ("$service", service.ToString()),
                ("$version", version),
                ("$body", JsonSerializer.Serialize(Seal(template), s_json)));
        }
    }

    private TaskTemplate Seal(TaskTemplate template) => WithSecrets(template, file =>
        _sealer is null ? ReadOnlyMemory<byte>.Empty : _sealer.Seal(template.Service, template.Version, file));

    private TaskSource Unseal(TaskTemplate template)
    {
        var hasAll = true;
        var opened = WithSecrets(template, file =>
        {
            var content = _sealer?.Open(template.Service, template.Version, file);
            hasAll &= content is not null;
            return content ?? ReadOnlyMemory<byte>.Empty;
        });
        return new(opened, hasAll);
    }

    private static TaskTemplate WithSecrets(TaskTemplate template, Func<TaskFile, ReadOnlyMemory<byte>> content) => template with
    {
        Files = [.. template.Files.Select(file => file.IsSecret ? file with { Content = content(file) } : file)],
    };

    private List<(string Id, long Version, long Number, string Text, string? More)> Rows(string query)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = query;
        using var reader = command.ExecuteReader();
        var rows = new List<(string, long, long, string, string?)>();
        while (reader.Read())
            rows.Add((reader.GetString(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetString(3), reader.IsDBNull(4) ? null : reader.GetString(4)));
        return rows;
    }

    private object? Scalar(string query)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = query;
        return command.ExecuteScalar();
    }

    private static long Number(SqliteConnection connection, string query)
    {
        using var command = connection.CreateCommand();
        command.CommandText = query;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private void Execute(string text, params ReadOnlySpan<(string Name, object Value)> parameters) => Execute(_connection, text, parameters);

    private static void Execute(SqliteConnection connection, string text, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        command.ExecuteNonQuery();
    }
}
