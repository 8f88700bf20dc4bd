using Warren.Containers;
using Warren.Grains.Nodes;
using Warren.Grains.Tests.Testing;
using Warren.Nodes;

namespace Warren.Grains.Tests.Nodes;

public sealed class NodeAdmissionTests
{
    private static readonly HostPort s_web = new(80, PortProtocol.Tcp, null);

    [Fact]
    public void Decide_RoomThere_AdmitsAndRemembers()
    {
        var admission = NodeAdmission.Decide(A.Node(), A.Reservation("web.1.1", cpu: 2000));
        admission.Outcome.ShouldBe(AdmissionOutcome.Admitted);
        admission.Node.Reservations.Single().Task.ToString().ShouldBe("web.1.1");
    }

    [Fact]
    public void Decide_AskedTwice_HoldsItOnce()
    {
        var first = NodeAdmission.Decide(A.Node(), A.Reservation("web.1.1", cpu: 2000));
        var second = NodeAdmission.Decide(first.Node, A.Reservation("web.1.1", cpu: 2000));
        second.ShouldBe(new(AdmissionOutcome.Held, first.Node));
    }

    [Fact]
    public void Decide_TwoSchedulersWithTheSameSnapshot_TheSecondIsRefused()
    {
        var first = NodeAdmission.Decide(A.Node(), A.Reservation("web.1.1", cpu: 1500));
        var second = NodeAdmission.Decide(first.Node, A.Reservation("api.1.1", cpu: 1500));
        (second.Outcome, second.Reason, second.Node).ShouldBe((AdmissionOutcome.Refused, "n1 cannot take api.1.1: 1 needs 1 more core", first.Node));
    }

    [Fact]
    public void Decide_OtherAmountForTheSameTask_IsRefused() =>
        NodeAdmission.Decide(A.Node().Running("web.1.1", cpu: 10), A.Reservation("web.1.1", cpu: 20)).Reason
            .ShouldBe("n1 promised web.1.1 something else before; a task's reservation does not change");

    [Fact]
    public void Decide_OlderGenerationOfASlot_IsRefused() =>
        NodeAdmission.Decide(A.Node().Running("web.1.5"), A.Reservation("web.1.4")).Reason.ShouldBe("web.1.5 has taken the place of web.1.4 already");

    [Fact]
    public void Decide_NewerGenerationOfASlot_IsAdmittedBesideTheOlder() =>
        NodeAdmission.Decide(A.Node().Running("web.1.5"), A.Reservation("web.1.6")).Node.Reservations.Length.ShouldBe(2);

    [Fact]
    public void Decide_NodeThatTakesNoTasks_IsRefused()
    {
        Reason(A.Node().With(NodeCondition.Unreachable)).ShouldBe("n1 cannot take web.1.1: 1 unreachable");
        Reason(A.Node().With(NodeCondition.Lost)).ShouldBe("n1 cannot take web.1.1: 1 lost");
        Reason(A.Node().With(NodeAvailability.Cordoned)).ShouldBe("n1 cannot take web.1.1: 1 cordoned");
        Reason(A.Node().With(NodeAvailability.Drained)).ShouldBe("n1 cannot take web.1.1: 1 drained");

        static string Reason(NodeRecord node) => NodeAdmission.Decide(node, A.Reservation("web.1.1")).Reason;
    }

    [Fact]
    public void Decide_PortTaken_IsRefused() =>
        NodeAdmission.Decide(A.Node().Running("x.1.1", ports: s_web), A.Reservation("web.1.1", ports: new HostPort(80, PortProtocol.Tcp, "10.0.0.1"))).Reason
            .ShouldBe("n1 cannot take web.1.1: 1 has port 10.0.0.1:80/tcp taken");

    [Fact]
    public void Decide_OtherProtocolOrAddress_IsAdmitted()
    {
        var node = A.Node().Running("x.1.1", ports: new HostPort(80, PortProtocol.Tcp, "10.0.0.1"));
        NodeAdmission.Decide(node, A.Reservation("web.1.1", ports: new HostPort(80, PortProtocol.Udp, "10.0.0.1"))).Outcome.ShouldBe(AdmissionOutcome.Admitted);
        NodeAdmission.Decide(node, A.Reservation("web.1.1", ports: new HostPort(80, PortProtocol.Tcp, "10.0.0.2"))).Outcome.ShouldBe(AdmissionOutcome.Admitted);
    }

    [Fact]
    public void Decide_MostPerNodeReached_IsRefused() =>
        NodeAdmission.Decide(A.Node().Running("web.1.1"), A.Reservation("web.2.2") with { MaxPerNode = 1 }).Reason
            .ShouldBe("n1 cannot take web.2.2: 1 at the limit of 1 per node");

    [Fact]
    public void Release_Held_MakesRoomAndMayBeRepeated()
    {
        var node = NodeAdmission.Release(A.Node().Running("web.1.1", cpu: 2000), Warren.Tasks.TaskId.Parse("web.1.1"));
        node.Reservations.ShouldBeEmpty();
        NodeAdmission.Release(node, Warren.Tasks.TaskId.Parse("web.1.1")).ShouldBeSameAs(node);
        NodeAdmission.Decide(node, A.Reservation("api.1.1", cpu: 2000)).Outcome.ShouldBe(AdmissionOutcome.Admitted);
    }

    [Fact]
    public void Decide_AnySequence_NeverPromisesMoreThanThereIs() => Sampled.Check(
        random => Enumerable.Range(1, random.Next(1, 40)).Select(i => A.Reservation($"s{random.Next(5)}.{i}.1", random.Next(0, 900), random.Next(0, 900) << 20)).ToArray(),
        wanted =>
        {
            var node = wanted.Aggregate(A.Node(), (node, reservation) => NodeAdmission.Decide(node, reservation).Node);
            node.Description.Capacity.Covers(node.Reservations.Aggregate(default(ResourceAmount), (sum, held) => sum + held.Resources)).ShouldBeTrue();
        });
}
