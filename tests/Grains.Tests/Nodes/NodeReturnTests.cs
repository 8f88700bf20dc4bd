using Warren.Grains.Nodes;
using Warren.Grains.Tests.Testing;
using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Grains.Tests.Nodes;

public sealed class NodeReturnTests
{
    private static readonly TaskRecord s_running = A.Task("web.1.1", TaskState.Running, "n1");

    public static TheoryData<string, TaskRecord?, bool> Copies { get; } = new()
    {
        { "runs", s_running, true },
        { "assigned and not heard of", A.Task("web.1.1", TaskState.Assigned, "n1"), true },
        { "leaves its traffic", s_running with { Desired = DesiredState.Leaving }, true },
        { "unknown", null, false },
        { "elsewhere", A.Task("web.1.1", TaskState.Running, "n2"), false },
        { "not placed", A.Task("web.1.1", TaskState.Pending), false },
        { "given up", A.Task("web.1.1", TaskState.Orphaned, "n1"), false },
        { "ended", A.Task("web.1.1", TaskState.Failed, "n1"), false },
        { "to be stopped", s_running with { Desired = DesiredState.Shutdown, DesiredReason = "scaled down" }, false },
    };

    [Theory]
    [MemberData(nameof(Copies), DisableDiscoveryEnumeration = true)]
    public void Judge_Copy_StaysOnlyIfItsTaskIsMeantToRunThere(string what, TaskRecord? task, bool stays) =>
        NodeReturn.Judge(new("n1"), [TaskId.Parse("web.1.1")], _ => task).Single().Stays.ShouldBe(stays, what);

    [Fact]
    public void Judge_GivenUpWithItsNode_SaysSo() =>
        NodeReturn.Judge(new NodeId("n1"), [TaskId.Parse("web.1.1")], _ => A.Task("web.1.1", TaskState.Orphaned, "n1")).Single().Reason
            .ShouldBe("it was given up when the node was lost, and a later generation took its place");
}
