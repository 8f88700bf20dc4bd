using Warren.Events;
using Warren.Grains.Events;
using Warren.Grains.Services;
using Warren.Grains.Tests.Services;
using Warren.Grains.Tests.Testing;
using Warren.Nodes;
using Warren.Tasks;

namespace Warren.Grains.Tests.Events;

public sealed class EventsOfTests
{
    [Fact]
    public void Task_EndedByItself_TellsFromToAndWhy()
    {
        var running = A.Task("web.1.1", TaskState.Running, "n1");
        var failed = running with { Observed = running.Observed with { State = TaskState.Failed, ExitCode = 3 } };
        var happened = EventsOf.Task(running, failed, A.Moment).Single();
        (happened.Kind, happened.From, happened.To, happened.Reason).ShouldBe((EventKind.ObservedChanged, "Running", "Failed", "exit code 3"));
        (happened.Service?.Value, happened.Node?.Value).ShouldBe(("web", "n1"));
    }

    [Fact]
    public void Task_HealthChanged_IsAnEvent()
    {
        var starting = A.Task("web.1.1", TaskState.Running, "n1");
        starting = starting with { Observed = starting.Observed with { Health = TaskHealth.Starting } };
        var ready = starting with { Observed = starting.Observed with { Health = TaskHealth.Ready } };
        EventsOf.Task(starting, ready, A.Moment).Single().To.ShouldBe("Running Ready");
        EventsOf.Task(ready, ready with { LastReport = 9 }, A.Moment).ShouldBeEmpty();
    }

    [Fact]
    public void Node_Lost_TellsWhy()
    {
        var before = A.Node();
        var after = before with { Status = new() { Condition = NodeCondition.Lost, Since = A.Moment.AddSeconds(10), Reason = "not heard of for 10 s" } };
        var happened = EventsOf.Node(before, after, A.Moment).Single();
        (happened.From, happened.To, happened.Reason, happened.At).ShouldBe(("Ready", "Lost", "not heard of for 10 s", A.Moment.AddSeconds(10)));
        EventsOf.Node(before, before.With(NodeAvailability.Drained), A.Moment).Single().Kind.ShouldBe(EventKind.DesiredChanged);
    }

    [Fact]
    public void Service_Rollout_TellsEachStepOnce()
    {
        var spec = A.Service();
        var world = new ServiceWorld(spec);
        world.Step();
        world.RunAll();
        var before = world.State;
        world.Accept(spec with { Container = spec.Container with { Image = "web:2" } });
        world.Step();
        EventsOf.Service(before, world.State, world.Now).Select(one => $"{one.Kind} {one.Subject.Id} {one.From}>{one.To}: {one.Reason}").ShouldBe(
        [
            "Updated web version 1>version 2: the spec changed",
            "Rollout web >Rolling: version 2 of the spec",
            "Created web.1.2 >Pending: rollout of version 2",
        ]);
        before = world.State;
        world.See("web.1.2", TaskState.Rejected, "n1");
        world.Step();
        EventsOf.Service(before, world.State, world.Now).Select(one => $"{one.Kind} {one.To}").ShouldBe(["Rollout Paused", "ObservedChanged Rejected"]);
        EventsOf.Service(world.State, world.State, world.Now).ShouldBeEmpty();
    }

    [Fact]
    public void Service_ImageLookedUp_TellsWhatItMeansOrWhyThatIsNotKnown()
    {
        var world = new ServiceWorld(A.Service());
        var made = world.State;
        var found = RevisionImages.Found(made, new() { Reference = "docker.io/library/nginx@sha256:1" }, 1, world.Now);
        Told(made, found).ShouldBe(["Updated docker.io/library/nginx:1.27>docker.io/library/nginx@sha256:1: found out by the managers"]);
        Told(found, ServiceMachine.Accept(found, found.Current.Spec with { Replicas = 2 }, 1, world.Now)).ShouldBe(["Updated version 1>version 2: the spec changed"]);

        var without = RevisionImages.NotFound(made, "r.test cannot be reached");
        Told(made, without).ShouldBe(
        [
            "Blocked >docker.io/library/nginx:1.27: image docker.io/library/nginx:1.27 could not be resolved by the managers: r.test cannot be reached; "
                + "each node resolves it by itself",
        ]);
        Told(without, RevisionImages.Found(without, found.Current.Image!, 1, world.Now)).ShouldBe(
        [
            "Updated version 1>version 2: it was found out what its image means",
            "Updated docker.io/library/nginx:1.27>docker.io/library/nginx@sha256:1: found out by the managers",
        ]);

        IEnumerable<string> Told(ServiceState before, ServiceState after) =>
            EventsOf.Service(before, after, world.Now).Select(one => $"{one.Kind} {one.From}>{one.To}: {one.Reason}");
    }
}
