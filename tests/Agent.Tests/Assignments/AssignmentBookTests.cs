using Warren.Agent.Assignments;
using Warren.Tasks;

namespace Warren.Agent.Tests.Assignments;

public sealed class AssignmentBookTests
{
    private static readonly AssignmentBook s_book = Apply(AssignmentBook.Empty, Wanted.Everything(5, [Wanted.Template()], Wanted.Task(1), Wanted.Task(2)));

    [Fact]
    public void TryApply_Change_SetsAndDrops()
    {
        var next = Apply(s_book, Wanted.Change(5, 7, [Wanted.Template(2)], Wanted.Task(2, DesiredState.Shutdown), Wanted.Task(3, version: 2)) with { Drop = [Wanted.Id(1)] });
        next.Version.ShouldBe(7);
        next.Tasks.Values.Order(Comparer<Nodes.TaskAssignment>.Create((a, b) => a.Task.CompareTo(b.Task)))
            .ShouldBe([Wanted.Task(2, DesiredState.Shutdown), Wanted.Task(3, version: 2)]);
        next.SourceOf(Wanted.Task(3, version: 2)).ShouldBe(new(next.Templates[(Wanted.Web, 2)], HasAll: true));
    }

    [Fact]
    public void TryApply_AfterALostMessage_IsAGap() => s_book.TryApply(Wanted.Change(6, 7, [], Wanted.Task(3)), isAnswer: false).ShouldBeNull();

    [Fact]
    public void TryApply_ChangeBeforeEverything_IsAGap() => AssignmentBook.Empty.TryApply(Wanted.Change(0, 1, [], Wanted.Task(3)), isAnswer: false).ShouldBeNull();

    [Fact]
    public void TryApply_Twice_ChangesNothing()
    {
        var change = Wanted.Change(5, 7, [], Wanted.Task(2, DesiredState.Shutdown));
        var once = Apply(s_book, change);
        Apply(once, change).ShouldBeSameAs(once);
    }

    [Fact]
    public void WantedImages_AreThoseOfAllTasksThatAreNotOnTheirWayOut()
    {
        var pinned = Wanted.Template(2, "r.test/pinned") with { PinnedImage = "r.test/pinned@sha256:" + new string('a', 64) };
        var book = Apply(AssignmentBook.Empty, Wanted.Everything(
            1,
            [Wanted.Template(1, "r.test/run:1"), pinned, Wanted.Template(3, "r.test/out:1"), Wanted.Template(4, "r.test/leaves:1")],
            Wanted.Task(1),
            Wanted.Task(2, version: 2),
            Wanted.Task(3, DesiredState.Shutdown, version: 3),
            Wanted.Task(4, DesiredState.Leaving, version: 4),
            Wanted.Task(5, version: 9)));
        book.WantedImages().Order().ShouldBe(["r.test/leaves:1", "r.test/pinned", pinned.PinnedImage, "r.test/run:1"]);
    }

    [Fact]
    public void TryApply_Labels_AreThoseToldLast()
    {
        var told = Apply(s_book, Wanted.Change(5, 6, []) with { NodeLabels = Labels("north") });
        told.NodeLabels["zone"].ShouldBe("north");
        Apply(told, Wanted.Change(6, 7, [])).NodeLabels["zone"].ShouldBe("north");
        Apply(told, Wanted.Change(5, 6, []) with { NodeLabels = Labels("south") }).NodeLabels["zone"].ShouldBe("south");
        Apply(told, Wanted.Change(4, 5, []) with { NodeLabels = Labels("south") }).ShouldBeSameAs(told);

        static System.Collections.Immutable.ImmutableSortedDictionary<string, string> Labels(string zone) =>
            System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("zone", zone);
    }

    [Fact]
    public void TryApply_OverlappingChange_IsTaken()
    {
        var next = Apply(s_book, Wanted.Change(3, 6, [], Wanted.Task(1, DesiredState.Leaving)));
        (next.Version, next.Tasks[Wanted.Id(1)].Desired).ShouldBe((6, DesiredState.Leaving));
    }

    [Fact]
    public void TryApply_OlderEverythingAsPush_IsLate() => Apply(s_book, Wanted.Everything(4, [])).ShouldBeSameAs(s_book);

    [Fact]
    public void TryApply_OlderEverythingAsAnswer_HoldsSinceTheStoreWasRestored()
    {
        var next = s_book.TryApply(Wanted.Everything(4, [], Wanted.Task(1)), isAnswer: true).ShouldNotBeNull();
        (next.Version, next.Tasks.Count).ShouldBe((4, 1));
    }

    [Fact]
    public void TryApply_LastTaskOfAVersionDropped_ForgetsItsTemplate()
    {
        var one = Apply(s_book, Wanted.Drop(5, 6, Wanted.Id(1)));
        one.Templates.Count.ShouldBe(1);
        Apply(one, Wanted.Drop(6, 7, Wanted.Id(2))).Templates.ShouldBeEmpty();
    }

    [Fact]
    public void Restore_SecretsUnreadable_AsksForEverythingUntilTheyAreThere()
    {
        var restored = AssignmentBook.Restore(5, [Wanted.Task(1)], [new(Wanted.Template(files: Wanted.File("", isSecret: true)), HasAll: false)]);
        (restored.Version, restored.KnownVersion).ShouldBe((5, null));
        restored.SourceOf(Wanted.Task(1)).HasAll.ShouldBeFalse();
        var full = Apply(restored, Wanted.Everything(5, [Wanted.Template(files: Wanted.File("hush", isSecret: true))], Wanted.Task(1)));
        full.KnownVersion.ShouldBe(5);
        full.SourceOf(Wanted.Task(1)).HasAll.ShouldBeTrue();
    }

    [Fact]
    public void Restore_WithAll_GoesOnFromItsVersion() =>
        AssignmentBook.Restore(5, [Wanted.Task(1)], [new(Wanted.Template(files: Wanted.File("hush", isSecret: true)), HasAll: true)]).KnownVersion.ShouldBe(5);

    private static AssignmentBook Apply(AssignmentBook book, Nodes.AssignmentMessage message) => book.TryApply(message, isAnswer: false).ShouldNotBeNull();
}
