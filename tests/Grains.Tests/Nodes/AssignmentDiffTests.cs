using Warren.Grains.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Tests.Nodes;

public sealed class AssignmentDiffTests
{
    private static readonly AssignmentSet<string> s_two =
        AssignmentDiff.Assign(AssignmentDiff.Assign(AssignmentSet<string>.Empty, Task(1), "a"), Task(2), "b");

    [Fact]
    public void Since_AgentThatHasAVersion_GetsOnlyWhatChanged()
    {
        var set = AssignmentDiff.Drop(AssignmentDiff.Assign(s_two, Task(3), "c"), Task(1));
        var delta = AssignmentDiff.Since(set, 2);
        (delta.From, delta.To, delta.IsEverything).ShouldBe((2, 4, false));
        delta.Set.Keys.ShouldBe([Task(3)]);
        delta.Drop.ShouldBe([Task(1)]);
        var nothing = AssignmentDiff.Since(set, 4);
        (nothing.IsEverything, nothing.To, nothing.Set.Count, nothing.Drop.Length).ShouldBe((false, 4, 0, 0));
    }

    [Fact]
    public void Assign_SameAgain_IsNoChange() => AssignmentDiff.Assign(s_two, Task(2), "b").ShouldBeSameAs(s_two);

    [Theory]
    [InlineData(null)]
    [InlineData(99L)]
    [InlineData(1L)]
    public void Since_AgentWithAVersionThatSaysNothing_GetsEverything(long? version)
    {
        var set = AssignmentDiff.Acknowledge(AssignmentDiff.Drop(s_two, Task(1)), 3);
        var delta = AssignmentDiff.Since(set, version);
        delta.IsEverything.ShouldBeTrue();
        delta.Set.Keys.ShouldBe([Task(2)]);
    }

    [Fact]
    public void Acknowledge_LateOrImpossible_ChangesNothing()
    {
        var set = AssignmentDiff.Acknowledge(s_two, 2);
        AssignmentDiff.Acknowledge(set, 1).ShouldBeSameAs(set);
        AssignmentDiff.Acknowledge(set, 3).ShouldBeSameAs(set);
    }

    [Fact]
    public void Acknowledge_Drop_IsForgotten()
    {
        var set = AssignmentDiff.Drop(s_two, Task(1));
        set.Dropped.Count.ShouldBe(1);
        AssignmentDiff.Acknowledge(set, 3).Dropped.ShouldBeEmpty();
    }

    private static TaskId Task(int number) => new(new ServiceName("web"), TaskSlot.Replica(number), number);
}
