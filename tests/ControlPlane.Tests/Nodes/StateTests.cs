using Warren.Content;
using Warren.Events;
using Warren.Grains.Catalogs;
using Warren.Grains.Nodes;
using Warren.Grains.Volumes;
using Warren.Nodes;
using Warren.Silo.Stores;
using Warren.Tasks;

namespace Warren.ControlPlane.Tests.Nodes;

/// <summary>What the grains of nodes and volumes store comes back as it was.</summary>
public sealed class StateTests
{
    private static readonly DateTimeOffset s_moment = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void NodeState_Stored_ComesBack()
    {
        var state = NodeBook.Register(
            new(),
            new()
            {
                Description = new() { Name = "n1", Platform = new("linux", "amd64"), Capacity = new(4000, 1L << 33) },
                Images = ["b", "a"],
                Attempt = new("a", 3),
            },
            new() { Condition = NodeCondition.Ready, Since = s_moment });
        var request = new AdmissionRequest { Reservation = new() { Task = TaskId.Parse("web.3.17"), Resources = new(100, 5), HostPorts = [new(80, Containers.PortProtocol.Tcp, null)] }, SpecVersion = 7 };
        (state, _) = NodeBook.Admit(state, new("n1"), [request], new Dictionary<TaskId, string>());
        state = NodeBook.Refuse(state, [new(TaskId.Parse("x.12-3.1"), false, "unknown")]) with
        {
            Version = 9,
            Unsent = [new ClusterEvent { Cursor = 0, At = s_moment, Subject = new(SubjectKind.Node, "n1"), Kind = EventKind.Created, Node = new NodeId("n1") }],
        };

        var back = RoundTrip(state);

        ContentComparison.Differences(back.ToRecord(new("n1")), state.ToRecord(new("n1"))).ShouldBeEmpty();
        back.Assignments.Entries.ShouldBe(state.Assignments.Entries);
        back.Assignments.Dropped.ShouldBe(state.Assignments.Dropped);
        back.Assignments.Version.ShouldBe(state.Assignments.Version);
        (back.Session, back.Attempt).ShouldBe((1, state.Attempt));
        ContentComparison.Differences(back.Unsent, state.Unsent).ShouldBeEmpty();
    }

    [Fact]
    public void NodeState_NeverWritten_IsNoNode() => RoundTrip(new NodeState()).ToRecord(new("n1")).ShouldBeNull();

    [Fact]
    public void Catalogs_Stored_ComeBack()
    {
        var nodes = RoundTrip(new NodeCatalogState { Epochs = 3, Nodes = [new NodeId("n2"), new NodeId("n1")], Removed = [new NodeId("n3")] });
        nodes.Epochs.ShouldBe(3);
        nodes.Nodes.ShouldBe([new NodeId("n1"), new NodeId("n2")]);
        nodes.Removed.ShouldBe([new NodeId("n3")]);
        RoundTrip(new NameCatalogState { Names = ["a", "b"] }).Names.ShouldBe(["a", "b"]);
    }

    [Fact]
    public void VolumeState_Stored_ComesBack()
    {
        var state = new VolumeState { Volume = new() { Name = new("data"), Spec = new() { Name = "data" }, Node = new NodeId("n1"), CreatedAt = s_moment }, IsRemoving = true };
        var back = RoundTrip(state);
        ContentComparison.Differences(back.Volume, state.Volume).ShouldBeEmpty();
        back.IsRemoving.ShouldBeTrue();
    }

    private static T RoundTrip<T>(T state) =>
        new StateSerializer([]).Deserialize<T>(new StateSerializer([]).Serialize(state), new RowKey("state", "node", "n1", "node"))!;
}
