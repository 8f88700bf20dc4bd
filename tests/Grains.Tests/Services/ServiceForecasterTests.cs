using Warren.Grains.Services;
using Warren.Grains.Tests.Testing;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Tests.Services;

public sealed class ServiceForecasterTests
{
    private static readonly ServiceSpec s_three = A.Service() with { Replicas = 3 };

    [Fact]
    public void Compute_NewService_CreatesATaskForEachSlot()
    {
        var world = new ServiceWorld(s_three);
        world.State = new() { Name = s_three.Name };
        var forecast = Look(world, s_three);
        (forecast.Before, forecast.Version).ShouldBe((null, 0));
        forecast.Tasks.Select(task => $"{task.Fate} {task.Successor!.Id}").ShouldBe(["Create web.1.1", "Create web.2.2", "Create web.3.3"]);
    }

    [Fact]
    public void Compute_SameSpec_KeepsEveryTask() =>
        Fates(Running(), s_three).ShouldBe(["Keep web.1.1 n1", "Keep web.2.2 n2", "Keep web.3.3 n3"]);

    [Fact]
    public void Compute_OtherImage_ReplacesEveryTask() =>
        Fates(Running(), s_three with { Container = new() { Image = "nginx:2" } })
            .ShouldBe(["Replace web.1.1 n1: its version is replaced", "Replace web.2.2 n2: its version is replaced", "Replace web.3.3 n3: its version is replaced"]);

    [Fact]
    public void Compute_OtherLabels_KeepsEveryTask() =>
        Fates(Running(), s_three with { Labels = s_three.Labels.Add("a", "b") }).ShouldAllBe(fate => fate.StartsWith("Keep", StringComparison.Ordinal));

    [Fact]
    public void Compute_FewerReplicas_StopsTheNewest() =>
        Fates(Running(), s_three with { Replicas = 2 }).ShouldBe(["Keep web.1.1 n1", "Keep web.2.2 n2", "Stop web.3.3 n3: scaled down from 3 to 2"]);

    [Fact]
    public void Compute_MoreReplicas_CreatesTheMissing() =>
        Fates(Running(), s_three with { Replicas = 4 }).ShouldBe(["Keep web.1.1 n1", "Keep web.2.2 n2", "Keep web.3.3 n3", "Create  "]);

    [Fact]
    public void Compute_ConstraintThatANodeDoesNotMeet_MovesItsTask() =>
        Fates(Running(), s_three.WithConstraints("node.id!=n2")).ShouldBe(["Keep web.1.1 n1", "Replace web.2.2 n2: n2.example does not meet node.id!=n2", "Keep web.3.3 n3"]);

    [Fact]
    public void Compute_SecretThatRollsIsRenewed_ReplacesEveryTask() =>
        Look(Running(), s_three, isRenewed: true).Tasks.ShouldAllBe(task => task.Fate == TaskFate.Replace);

    [Fact]
    public void Compute_Removal_StopsEveryTask() =>
        Look(Running(), null).Tasks.Select(task => $"{task.Fate}: {task.Reason}").ShouldBe(Enumerable.Repeat("Stop: the service is removed", 3));

    [Fact]
    public void Compute_OtherMode_StopsReplicasAndCreatesOnEachNode() =>
        Fates(Running(), A.Service() with { Mode = ServiceMode.Global }).ShouldBe(
        [
            "Create  ", "Create  ", "Create  ", "Stop web.1.1 n1: the service has another mode", "Stop web.2.2 n2: the service has another mode",
            "Stop web.3.3 n3: the service has another mode",
        ]);

    [Fact]
    public void Compute_NewJob_CreatesWhatItsFirstRunBeginsWith()
    {
        var job = A.Service() with { Mode = ServiceMode.Job, Job = new() { Completions = 5, Parallelism = 2 } };
        var world = new ServiceWorld(job);
        world.State = new() { Name = job.Name };
        Look(world, job).Tasks.Select(task => $"{task.Fate} {task.Successor!.Id}").ShouldBe(["Create web.1-1.1", "Create web.1-2.2"]);
    }

    [Fact]
    public void Compute_ServiceThatGoes_SaysSoAndNoMore()
    {
        var world = Running();
        world.State = ServiceMachine.Remove(world.State);
        var forecast = Look(world, s_three);
        (forecast.IsRemoving, forecast.Tasks.Length).ShouldBe((true, 0));
    }

    public static TheoryData<string, ServiceSpec> Changes => new()
    {
        { "image", s_three with { Container = new() { Image = "nginx:2" } } },
        { "fewer", s_three with { Replicas = 1 } },
        { "more and another image", s_three with { Replicas = 5, Container = new() { Image = "nginx:2" } } },
        { "elsewhere", s_three.WithConstraints("node.id!=n1") },
        { "global", A.Service() with { Mode = ServiceMode.Global } },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Compute_AnyChange_IsWhatTheReconcilerComesTo(string change, ServiceSpec spec)
    {
        var world = Running();
        var forecast = Look(world, spec);
        world.Accept(spec);
        for (var i = 0; i < 40; i++)
        {
            world.Step(10);
            foreach (var id in world.State.Tasks.Values.Where(task => task.Desired == DesiredState.Shutdown && !task.Observed.State.IsFinal).Select(task => task.Id.ToString()).ToArray())
                world.See(id, TaskState.Shutdown);
            foreach (var task in world.State.Tasks.Values.Where(task => task.IsLive() && task.Observed.State == TaskState.Pending).ToArray())
                world.See(task.Id.ToString(), TaskState.Running, task.Id.Slot.Node?.Value ?? "n3");
        }

        var live = world.Live.ToHashSet();
        foreach (var task in forecast.Tasks.Where(task => task.Task is not null))
            live.Contains(task.Task.ToString()!).ShouldBe(task.Fate == TaskFate.Keep, $"{change}: {task.Task}");
        live.Count.ShouldBe(forecast.Tasks.Count(task => task.Fate != TaskFate.Stop), change);
    }

    private static ServiceWorld Running()
    {
        var world = new ServiceWorld(s_three);
        world.Step();
        world.RunAll();
        world.Step();
        return world;
    }

    private static IEnumerable<string> Fates(ServiceWorld world, ServiceSpec spec) =>
        Look(world, spec).Tasks.Select(task => $"{task.Fate} {task.Task} {task.Node}{(task.Reason.Length == 0 ? "" : ": " + task.Reason)}");

    private static ServiceForecast Look(ServiceWorld world, ServiceSpec? spec, bool isRenewed = false) => ServiceForecaster.Compute(
        new() { State = world.State, Nodes = world.Nodes, Now = world.Now }, [], spec, isRenewed, world.State.Revisions.IsEmpty ? 0 : world.State.Current.Version);
}
