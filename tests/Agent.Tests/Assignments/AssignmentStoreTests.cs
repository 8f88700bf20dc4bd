using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Agent.Assignments;
using Warren.Tasks;
using Warren.TestSupport;

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
            store.SaveEnd(Wanted.Id(2), end);
        }

        using var again = new AssignmentStore(FilePath, NullLogger<AssignmentStore>.Instance);
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
            store.SaveEnd(Wanted.Id(1), new() { State = TaskState.Complete, At = DateTimeOffset.UnixEpoch });
            store.Save(Book(4, Wanted.Template()));
        }

        using var again = new AssignmentStore(FilePath, NullLogger<AssignmentStore>.Instance);
        var kept = again.Load();
        (kept.Book.Version, kept.Book.Tasks.Count, kept.Book.Templates.Count, kept.Ends.Count).ShouldBe((4, 0, 0, 0));
    }

    [Fact]
    public void Save_Secret_IsNotOnTheDisk()
    {
        using (var store = Open())
            store.Save(Book(1, Wanted.Template(files: [Wanted.File("hush-4711", isSecret: true), Wanted.File("conf-4711", isSecret: false)]), Wanted.Task(1)));
        var files = Directory.GetFiles(_folder.Path).Select(file => Encoding.UTF8.GetString(File.ReadAllBytes(file))).ToArray();
        var secret = Convert.ToBase64String(Encoding.UTF8.GetBytes("hush-4711"));
        files.ShouldAllBe(text => !text.Contains("hush-4711", StringComparison.Ordinal) && !text.Contains(secret, StringComparison.Ordinal));

        // What may be there is, so the search finds.
        files.ShouldContain(text => text.Contains(Convert.ToBase64String(Encoding.UTF8.GetBytes("conf-4711")), StringComparison.Ordinal));
        using var again = new AssignmentStore(FilePath, NullLogger<AssignmentStore>.Instance);
        again.Load().Book.KnownVersion.ShouldBeNull();
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

    private AssignmentStore Open()
    {
        var store = new AssignmentStore(FilePath, NullLogger<AssignmentStore>.Instance);
        store.Load();
        return store;
    }

    private static AssignmentBook Book(long version, Nodes.TaskTemplate template, params Nodes.TaskAssignment[] tasks) =>
        AssignmentBook.Empty.TryApply(Wanted.Everything(version, [template], tasks), isAnswer: true).ShouldNotBeNull();
}
