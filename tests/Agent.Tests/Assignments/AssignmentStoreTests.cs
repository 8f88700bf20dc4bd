using System.Collections.Immutable;
using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Agent.Assignments;
using Warren.Tasks;
using Warren.TestSupport;
using Warren.TestSupport.Certificates;

namespace Warren.Agent.Tests.Assignments;

public sealed class AssignmentStoreTests : IDisposable
{
    private readonly TempFolder _folder = TempFolder.Create("assignments");

    private string FilePath => Path.Combine(_folder.Path, "assignments.db");

    [Fact]
    public void Load_AfterSave_GivesTheSame()
    {
        var template = Wanted.Template() with
        {
            Container = new()
            {
                Image = "registry.test/app:1",
                Env = ImmutableSortedDictionary<string, string>.Empty.Add("A", "1"),
                StopGracePeriod = TimeSpan.FromSeconds(3),
                Ports = [new() { ContainerPort = 80, HostPort = 8080 }],
            },
        };
        var book = Book(3, template, Wanted.Task(1), Wanted.Task(2, DesiredState.Leaving, reason: "drained"));
        var end = new TaskObservation { State = TaskState.Failed, At = DateTimeOffset.UnixEpoch, Reason = "exit code 3", ExitCode = 3, FinishedAt = DateTimeOffset.UnixEpoch };
        using (var store = Open())
        {
            store.Save(book);
            store.SaveEnds(KeyValuePair.Create(Wanted.Id(2), end));
        }

        using var again = new AssignmentStore(FilePath, null, NullLogger<AssignmentStore>.Instance);
        var kept = again.Load();
        again.KeptVersion.ShouldBe(3);
        (kept.Book.Version, kept.Book.KnownVersion).ShouldBe((3, 3));
        kept.Book.Tasks.ShouldBe(book.Tasks, ignoreOrder: true);
        kept.Ends.ShouldHaveSingleItem().Key.ShouldBe(Wanted.Id(2));
        (kept.Ends[Wanted.Id(2)].Reason, kept.Ends[Wanted.Id(2)].ExitCode).ShouldBe(("exit code 3", 3));
        var container = kept.Book.SourceOf(Wanted.Task(1)).Template.ShouldNotBeNull().Container;
        container.Env["A"].ShouldBe("1");
        container.StopGracePeriod.ShouldBe(TimeSpan.FromSeconds(3));
        container.Ports.ShouldHaveSingleItem().HostPort.ShouldBe(8080);
    }

    [Fact]
    public void Save_TaskDropped_ForgetsItAndItsEndAndTemplate()
    {
        using (var store = Open())
        {
            store.Save(Book(3, Wanted.Template(), Wanted.Task(1)));
            store.SaveEnds(KeyValuePair.Create(Wanted.Id(1), new TaskObservation { State = TaskState.Complete, At = DateTimeOffset.UnixEpoch }));
            store.Save(Book(4, Wanted.Template()));
        }

        using var again = new AssignmentStore(FilePath, null, NullLogger<AssignmentStore>.Instance);
        var kept = again.Load();
        (kept.Book.Version, kept.Book.Tasks.Count, kept.Book.Templates.Count, kept.Ends.Count).ShouldBe((4, 0, 0, 0));
    }

    [Fact]
    public void Load_AfterSave_HasTheNodesLabels()
    {
        using (var store = Open())
        {
            var book = Book(3, Wanted.Template(), Wanted.Task(1));
            store.Save(book);
            store.Save(book.TryApply(
                Wanted.Change(3, 4, []) with { NodeLabels = ImmutableSortedDictionary<string, string>.Empty.Add("zone", "north") }, isAnswer: false)!);
        }

        using var again = new AssignmentStore(FilePath, null, NullLogger<AssignmentStore>.Instance);
        again.Load().Book.NodeLabels.ShouldHaveSingleItem().ShouldBe(KeyValuePair.Create("zone", "north"));
    }

    [Fact]
    public void Save_SecretWithoutANodeKey_IsNotOnTheDisk()
    {
        using (var store = Open())
            store.Save(Book(1, Wanted.Template(files: [Wanted.File("hush-4711", isSecret: true), Wanted.File("conf-4711", isSecret: false)]), Wanted.Task(1)));
        var files = Directory.GetFiles(_folder.Path).Select(file => Encoding.UTF8.GetString(File.ReadAllBytes(file))).ToArray();
        var secret = Convert.ToBase64String(Encoding.UTF8.GetBytes("hush-4711"));
        files.ShouldAllBe(text => !text.Contains("hush-4711", StringComparison.Ordinal) && !text.Contains(secret, StringComparison.Ordinal));

        // What may be there is, so the search finds.
        files.ShouldContain(text => text.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes("conf-4711")), StringComparison.Ordinal));
        using var again = new AssignmentStore(FilePath, null, NullLogger<AssignmentStore>.Instance);
        again.Load().Book.KnownVersion.ShouldBeNull();
    }

    [Fact]
    public void Save_Secret_IsSealedAndReadAgainByTheNodeAlone()
    {
        using var authority = TestAuthority.Create();
        var identity = new GivenCertificate(authority.Issue("n1"));
        var template = Wanted.Template(files: [Wanted.File("hush-4711", isSecret: true), Wanted.File("", isSecret: true) with { Target = "/run/secrets/empty" }]);
        using (var store = Open(new(new("n1"), identity))) store.Save(Book(1, template, Wanted.Task(1)));

        SearchFiles("hush-4711").ShouldBeFalse();
        var kept = Reload(new(new("n1"), identity));
        kept.Book.KnownVersion.ShouldBe(1);
        var files = kept.Book.SourceOf(Wanted.Task(1)).Template.ShouldNotBeNull().Files;
        files.Select(file => Encoding.UTF8.GetString(file.Content.Span)).ShouldBe(["hush-4711", ""]);

        // Another key, and another node, read none of it.
        Reload(new(new("n1"), new GivenCertificate(authority.Issue("n1")))).Book.KnownVersion.ShouldBeNull();
        Reload(new(new("n2"), identity)).Book.KnownVersion.ShouldBeNull();
    }

    [Fact]
    public void Retry_NodeHasAnotherKey_SealsAnew()
    {
        using var authority = TestAuthority.Create();
        var identity = new GivenCertificate(authority.Issue("n1"));
        using (var store = Open(new(new("n1"), identity)))
        {
            store.Save(Book(1, Wanted.Template(files: Wanted.File("hush", isSecret: true)), Wanted.Task(1)));
            identity.Own = authority.Issue("n1");
            store.Retry();
        }

        var source = Reload(new(new("n1"), identity)).Book.SourceOf(Wanted.Task(1));
        (source.HasAll, Encoding.UTF8.GetString(source.Template.ShouldNotBeNull().Files[0].Content.Span)).ShouldBe((true, "hush"));
    }

    [Fact]
    public void Save_SecretMovedToAnotherPathOrVersion_IsNotRead()
    {
        using var authority = TestAuthority.Create();
        var identity = new GivenCertificate(authority.Issue("n1"));
        using (var store = Open(new(new("n1"), identity)))
            store.Save(Book(1, Wanted.Template(files: Wanted.File("hush", isSecret: true)), Wanted.Task(1)));
        foreach (var change in new[] { "replace(body, '/run/secrets/s', '/run/secrets/t')", "replace(body, '\"Version\":1', '\"Version\":2')" })
        {
            var copy = _folder.File($"{change.Length}.db");
            File.Copy(FilePath, copy);
            using (var connection = new SqliteConnection($"Data Source={copy};Pooling=False"))
            {
                connection.Open();
                using var command = connection.CreateCommand();
                command.CommandText = $"UPDATE templates SET body = {change}; UPDATE templates SET version = json_extract(body, '$.Version'); UPDATE tasks SET version = (SELECT version FROM templates)";
                command.ExecuteNonQuery();
            }

            using var store = new AssignmentStore(copy, new(new("n1"), identity), NullLogger<AssignmentStore>.Instance);
            store.Load().Book.WithoutSecrets.Count.ShouldBe(1, change);
        }
    }

    [Fact]
    public void SaveRestarts_IsKeptUntilTheTaskGoes()
    {
        var restarts = new TaskRestarts(2, [DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddMinutes(1)], "its process ended with exit code 3");
        using (var store = Open())
        {
            store.Save(Book(3, Wanted.Template(), Wanted.Task(1)));
            store.SaveRestarts(Wanted.Id(1), restarts);
        }

        var kept = Reload(null).Restarts.ShouldHaveSingleItem();
        (kept.Key, kept.Value.Count, kept.Value.LastEnd).ShouldBe((Wanted.Id(1), 2, "its process ended with exit code 3"));
        kept.Value.Ends.ShouldBe(restarts.Ends);
        using (var store = Open()) store.Save(Book(4, Wanted.Template()));
        Reload(null).Restarts.ShouldBeEmpty();
    }

    [Fact]
    public void Load_FileOfTheFirstForm_IsReadAndTakesRestarts()
    {
        using (var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText =
                """
                CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
                CREATE TABLE tasks (id TEXT PRIMARY KEY, version INTEGER NOT NULL, desired INTEGER NOT NULL, reason TEXT NOT NULL, ended TEXT) WITHOUT ROWID;
                CREATE TABLE templates (service TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (service, version)) WITHOUT ROWID;
                INSERT INTO facts VALUES ('version', 7);
                INSERT INTO tasks VALUES ('web.1.1', 1, 0, 'wanted', NULL);
                PRAGMA user_version=1;
                """;
            command.ExecuteNonQuery();
        }

        using (var store = Open())
        {
            store.KeptVersion.ShouldBe(7);
            store.SaveRestarts(Wanted.Id(1), TaskRestarts.None with { Count = 1 });
        }

        Reload(null).Restarts[Wanted.Id(1)].Count.ShouldBe(1);
    }

    [Fact]
    public void Load_DamagedFile_IsPutAside()
    {
        File.WriteAllText(FilePath, new string('x', 10_000));
        using var store = Open();
        store.KeptVersion.ShouldBeNull();
        File.Exists(FilePath + ".damaged").ShouldBeTrue();
        store.Save(Book(1, Wanted.Template(), Wanted.Task(1)));
        store.KeptVersion.ShouldBe(1);
    }

    public void Dispose() => _folder.Dispose();

    private AssignmentStore Open(NodeSealer? sealer = null)
    {
        var store = new AssignmentStore(FilePath, sealer, NullLogger<AssignmentStore>.Instance);
        store.Load();
        return store;
    }

    private KeptAssignments Reload(NodeSealer? sealer)
    {
        using var store = new AssignmentStore(FilePath, sealer, NullLogger<AssignmentStore>.Instance);
        return store.Load();
    }

    private bool SearchFiles(string text) => Directory.GetFiles(_folder.Path).Select(File.ReadAllBytes).Any(bytes =>
        bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0
        || Encoding.UTF8.GetString(bytes).Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes(text)), StringComparison.Ordinal));

    private static AssignmentBook Book(long version, Nodes.TaskTemplate template, params Nodes.TaskAssignment[] tasks) =>
        AssignmentBook.Empty.TryApply(Wanted.Everything(version, [template], tasks), isAnswer: true).ShouldNotBeNull();
}
