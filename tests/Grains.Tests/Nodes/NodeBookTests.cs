using Warren.Grains.Nodes;
using Warren.Grains.Tests.Testing;
using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Grains.Tests.Nodes;

public sealed class NodeBookTests
{
    private static readonly NodeId s_id = new("n1");
    private static readonly Dictionary<TaskId, string> s_nowhere = [];

    private static NodeState Node { get; } = NodeBook.Register(
        new(),
        new() { Description = new() { Name = "n1.example", Platform = new("linux", "amd64"), Capacity = new(1000, 1000) } },
        new() { Condition = NodeCondition.Ready, Since = A.Moment });

    [Fact]
    public void Register_Again_KeepsLabelsAndTheDayItJoined()
    {
        var labelled = Node with { Spec = new() { Labels = A.Map(("zone", "eu")) } };
        var again = NodeBook.Register(
            labelled,
            new() { Description = labelled.Description!, InitialLabels = A.Map(("zone", "us")) },
            new() { Condition = NodeCondition.Ready, Since = A.Moment.AddDays(1) });
        again.Spec.Labels["zone"].ShouldBe("eu");
        again.JoinedAt.ShouldBe(A.Moment);
        again.Session.ShouldBe(2);
    }

    [Theory]
    [InlineData("a", 3, false)]
    [InlineData("a", 2, true)]
    [InlineData("a", 1, true)]
    [InlineData("b", 1, false)]
    [InlineData(null, 0, false)]
    public void Register_AfterALaterTry_IsLate(string? agent, long number, bool isLate)
    {
        var state = NodeBook.Register(new(), Registration("a", 2), Node.Status!);
        NodeBook.IsLate(state, Registration(agent, number)).ShouldBe(isLate);
        NodeBook.IsLate(Node, Registration(agent, number)).ShouldBeFalse();

        static NodeRegistration Registration(string? agent, long number) =>
            new() { Description = Node.Description!, Attempt = agent is null ? null : new(agent, number) };
    }

    [Fact]
    public void Admit_MoreThanThereIs_PromisesOneAfterTheOther()
    {
        var (state, answers) = NodeBook.Admit(Node, s_id, [Request("a.1.1", 600), Request("b.1.1", 600), Request("c.1.1", 400)], s_nowhere);
        answers.Select(answer => answer.Result).ShouldBe([AdmissionResult.Admitted, AdmissionResult.Refused, AdmissionResult.Admitted]);
        answers[1].Reason.ShouldContain("b.1.1");
        state.Reservations.Sum(held => held.Resources.CpuMillicores).ShouldBe(1000);
        state.Assignments.Entries.Keys.ShouldBe([TaskId.Parse("a.1.1"), TaskId.Parse("c.1.1")]);
    }

    [Fact]
    public void Admit_Twice_IsAnsweredTheSameAndChangesNothing()
    {
        var (once, _) = NodeBook.Admit(Node, s_id, [Request("a.1.1", 600)], s_nowhere);
        var (twice, answers) = NodeBook.Admit(once, s_id, [Request("a.1.1", 600)], s_nowhere);
        answers.Single().Result.ShouldBe(AdmissionResult.Admitted);
        twice.ShouldBeSameAs(once);
    }

    [Fact]
    public void Admit_VolumeElsewhere_IsRefusedWithTheReason()
    {
        var task = TaskId.Parse("a.1.1");
        var (state, answers) = NodeBook.Admit(Node, s_id, [Request("a.1.1", 1)], new Dictionary<TaskId, string> { [task] = "volume data is on n2" });
        answers.Single().ShouldBe(new(task, AdmissionResult.Refused, "volume data is on n2"));
        state.ShouldBeSameAs(Node);
    }

    [Fact]
    public void Admit_RemovedNode_RefusesAll()
    {
        var (_, answers) = NodeBook.Admit(NodeBook.Remove(Node), s_id, [Request("a.1.1", 1)], s_nowhere);
        answers.Single().Result.ShouldBe(AdmissionResult.Refused);
    }

    [Fact]
    public void SetDesired_LateAndUnknown_OnlyAdvancesAndTellsWhatIsNotThere()
    {
        var (state, _) = NodeBook.Admit(Node, s_id, [Request("a.1.1", 1)], s_nowhere);
        (state, var nothing) = NodeBook.SetDesired(state, [new(TaskId.Parse("a.1.1"), DesiredState.Removed, "scaled"), new(TaskId.Parse("b.1.1"), DesiredState.Shutdown, "")]);
        nothing.ShouldBe([TaskId.Parse("b.1.1")]);
        var (late, _) = NodeBook.SetDesired(state, [new(TaskId.Parse("a.1.1"), DesiredState.Shutdown, "late")]);
        late.ShouldBeSameAs(state);
        late.Assignments.Entries[TaskId.Parse("a.1.1")].Value.Desired.ShouldBe(DesiredState.Removed);
    }

    [Fact]
    public void Learn_TaskEnded_ReleasesItsRoomAndKeepsItsAssignment()
    {
        var (state, _) = NodeBook.Admit(Node, s_id, [Request("a.1.1", 600)], s_nowhere);
        var ended = NodeBook.Learn(state, [A.Task("a.1.1", TaskState.Failed, "n1")]);
        ended.Reservations.ShouldBeEmpty();
        ended.Assignments.Entries.Count.ShouldBe(1);
        NodeBook.Learn(state, [A.Task("a.1.1", TaskState.Running, "n1")]).ShouldBeSameAs(state);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0L)]
    public void Since_TaskHasEnded_AgentThatHasItNotIsToldToEndIt(long? version)
    {
        var (state, _) = NodeBook.Admit(Node, s_id, [Request("a.1.1", 1), Request("b.1.1", 1)], s_nowhere);
        state = NodeBook.Learn(state, [A.Task("a.1.1", TaskState.Complete, "n1")]);
        var delta = NodeBook.Since(state, version);
        delta.IsEverything.ShouldBe(version is null);
        delta.Set.Values.Select(one => (one.Desired, one.Reason)).ShouldBe([(DesiredState.Shutdown, "it has ended"), (DesiredState.Running, "")]);
    }

    [Fact]
    public void Refuse_UnknownCopyAndGivenUpOne_AreDroppedAndEnded()
    {
        var (state, _) = NodeBook.Admit(Node, s_id, [Request("a.1.1", 1)], s_nowhere);
        var refused = NodeBook.Refuse(state, [new(TaskId.Parse("x.1.1"), false, "unknown"), new(TaskId.Parse("a.1.1"), false, "given up")]);
        var delta = AssignmentDiff.Since(refused.Assignments, state.Assignments.Version);
        delta.Drop.ShouldBe([TaskId.Parse("x.1.1")]);
        delta.Set[TaskId.Parse("a.1.1")].ShouldBe(new(1, DesiredState.Shutdown, "given up"));
    }

    [Fact]
    public void Drop_Task_TakesItsRoomBackAndTellsTheAgent()
    {
        var (state, _) = NodeBook.Admit(Node, s_id, [Request("a.1.1", 600)], s_nowhere);
        var dropped = NodeBook.Drop(state, [TaskId.Parse("a.1.1")]);
        dropped.Reservations.ShouldBeEmpty();
        AssignmentDiff.Since(dropped.Assignments, state.Assignments.Version).Drop.ShouldBe([TaskId.Parse("a.1.1")]);
        NodeBook.Drop(dropped, [TaskId.Parse("a.1.1")]).ShouldBeSameAs(dropped);
    }

    [Fact]
    public void HasImages_InAnotherOrder_IsNoChange()
    {
        var state = NodeBook.HasImages(Node, ["b", "a"]);
        state.Images.ShouldBe(["a", "b"]);
        NodeBook.HasImages(state, ["a", "b"]).ShouldBeSameAs(state);
    }

    private static AdmissionRequest Request(string task, long cpu) => new() { Reservation = A.Reservation(task, cpu), SpecVersion = 1 };
}
