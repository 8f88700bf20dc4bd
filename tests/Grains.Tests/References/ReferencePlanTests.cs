using Warren.Containers;
using Warren.Grains.References;
using Warren.References;
using Warren.Grains.Services;
using Warren.Grains.Tests.Services;
using Warren.Grains.Tests.Testing;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Tests.References;

public sealed class ReferencePlanTests
{
    private static readonly ServiceSpec s_user = A.Service() with { Replicas = 2, Secrets = [new() { Secret = new("key") }] };

    [Fact]
    public void Compute_InUse_IsRefusedWithTheListOfUsers()
    {
        var (web, other) = (Running(s_user), Running(s_user with { Name = new("api"), Replicas = 0 }));
        var plan = ReferencePlan.Compute(ObjectKind.Secret, "key", [web.State, other.State, Running(A.Service("idle")).State], isForced: false);
        plan.CanRemove.ShouldBeFalse();
        plan.Refusal.ShouldBe(
            "secret key is in use by service api, service web (2 tasks); change or remove those first, or remove them with it by --force");
    }

    [Fact]
    public void Compute_OnlyOldTasksUseIt_StillRefused()
    {
        var world = Running(s_user);
        world.Accept(s_user with { Secrets = [] });
        world.Step();
        var plan = ReferencePlan.Compute(ObjectKind.Secret, "key", [world.State], isForced: false);
        (plan.Users.Single().BySpec, plan.Users.Single().Tasks.Length).ShouldBe((false, 2));
        plan.CanRemove.ShouldBeFalse();
    }

    [Fact]
    public void Compute_Forced_RemovesTheServicesFirstAndWaitsForTheirTasks()
    {
        var world = Running(s_user);
        var plan = ReferencePlan.Compute(ObjectKind.Secret, "key", [world.State], isForced: true);
        plan.RemoveServices.ShouldBe([new("web")]);
        plan.CanRemove.ShouldBeFalse();

        world.State = ServiceMachine.Remove(world.State);
        world.Step();
        plan = ReferencePlan.Compute(ObjectKind.Secret, "key", [world.State], isForced: true);
        plan.RemoveServices.ShouldBeEmpty();
        plan.Waits.ShouldBe(["waits for the end of service web (2 tasks)"]);

        world.See("web.1.1", TaskState.Shutdown);
        world.See("web.2.2", TaskState.Shutdown);
        ReferencePlan.Compute(ObjectKind.Secret, "key", [world.State], isForced: true).CanRemove.ShouldBeTrue();
    }

    [Fact]
    public void Compute_ConfigsAndVolumes_AreFoundToo()
    {
        var spec = A.Service() with
        {
            Configs = [new() { Config = new("conf") }],
            Container = A.Service().Container with { Mounts = [new() { Kind = MountKind.Volume, Source = "data", Target = "/data" }] },
        };
        var state = Running(spec).State;
        ReferencePlan.Compute(ObjectKind.Config, "conf", [state], false).Users.Length.ShouldBe(1);
        ReferencePlan.Compute(ObjectKind.Volume, "data", [state], false).Users.Length.ShouldBe(1);
        ReferencePlan.Compute(ObjectKind.Volume, "conf", [state], false).CanRemove.ShouldBeTrue();
    }

    private static ServiceWorld Running(ServiceSpec spec)
    {
        var world = new ServiceWorld(spec);
        world.Step();
        world.RunAll();
        return world;
    }
}
