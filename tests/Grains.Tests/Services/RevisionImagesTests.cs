using System.Collections.Immutable;
using Warren.Grains.Services;
using Warren.Grains.Tests.Testing;
using Warren.Nodes;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Grains.Tests.Services;

/// <summary>What becomes of versions whose image is looked up, and of their tasks meanwhile.</summary>
public sealed class RevisionImagesTests
{
    private static readonly ResolvedImage s_image = new() { Reference = "docker.io/library/nginx@sha256:" + new string('1', 64) };
    private static readonly DateTimeOffset s_until = A.Moment.AddSeconds(2);

    [Fact]
    public void Found_BeforeAnyTask_HoldsForTheVersionItself()
    {
        var state = RevisionImages.Found(Made(), s_image, 1, A.Moment);
        state.Current.ShouldSatisfyAllConditions(now => now.Version.ShouldBe(1), now => now.Image.ShouldBe(s_image), now => now.ImageProblem.ShouldBeNull());
        RevisionImages.Wanted(state).ShouldBeNull();
        RevisionImages.Found(state, s_image with { Reference = "other" }, 1, A.Moment).ShouldBeSameAs(state);
    }

    [Fact]
    public void Found_AfterItWentOnWithout_IsAnotherVersionThatReplacesNothing()
    {
        var without = Compute(RevisionImages.NotFound(Made(), "no way"), null).Next;
        without.Tasks.Count.ShouldBe(1);
        var state = RevisionImages.Found(without, s_image, 1, A.Moment);
        state.Current.Version.ShouldBe(2);
        state.Current.TaskVersion.ShouldBe(1);
        state.Current.Image.ShouldBe(s_image);
        state.Current.ImageProblem.ShouldBeNull();
        state.Revisions[0].Image.ShouldBeNull();

        // Those that are there stay, and one more runs what was found.
        var scaled = ServiceMachine.Accept(state, state.Current.Spec with { Replicas = 2 }, 2, A.Moment);
        var plan = Compute(scaled, null);
        plan.Create.ShouldHaveSingleItem().SpecVersion.ShouldBe(3);
        plan.Next.RevisionOf(3).Image.ShouldBe(s_image);
        plan.In(TaskAction.Stop).ShouldBeEmpty();
        plan.In(TaskAction.Withdraw).ShouldBeEmpty();
    }

    [Fact]
    public void Found_TasksOfAVersionThatWasNeverLookedUp_KeepWhatTheyWereMadeFrom()
    {
        // As where managers looked up no images until now.
        var running = Compute(Made(), null).Next;
        running.Tasks.Count.ShouldBe(1);
        var state = RevisionImages.Found(running, s_image, 1, A.Moment);
        state.Revisions.Select(revision => (revision.Version, revision.TaskVersion, revision.Image)).ShouldBe([(1, 1, null), (2, 1, s_image)]);
    }

    [Fact]
    public void NotFound_Twice_ChangesNothingTheSecondTime()
    {
        var state = RevisionImages.NotFound(Made(), "no way");
        state.Current.ImageProblem.ShouldBe("no way");
        RevisionImages.NotFound(state, "no way").ShouldBeSameAs(state);
        RevisionImages.Wanted(state).ShouldBe(A.Service().Container.Image);
    }

    [Fact]
    public void Accept_SameImage_GoesOnMeaningTheSame()
    {
        var state = RevisionImages.Found(Made(), s_image, 1, A.Moment);
        var changed = ServiceMachine.Accept(state, WithEnv(state.Current.Spec), 1, A.Moment);
        changed.Current.TaskVersion.ShouldBe(2);
        changed.Current.Image.ShouldBe(s_image);
        var other = ServiceMachine.Accept(changed, WithImage(changed.Current.Spec, "nginx:2"), 2, A.Moment);
        other.Current.Image.ShouldBeNull();
        RevisionImages.Wanted(other).ShouldBe("nginx:2");
    }

    [Fact]
    public void Compute_NewServiceIsHeldUp_MakesNoTask()
    {
        var plan = Compute(Made(), s_until);
        plan.Create.ShouldBeEmpty();
        plan.IsChange.ShouldBeFalse();
        plan.WakeAt.ShouldBe(s_until);
        plan.Waits.ShouldHaveSingleItem().ShouldBe("the managers are finding out what the image docker.io/library/nginx:1.27 means");
        Compute(RevisionImages.Found(Made(), s_image, 1, A.Moment), null).Create.ShouldHaveSingleItem();
    }

    [Fact]
    public void Compute_UpdateIsHeldUp_TheVersionBeforeIsKeptUpAndScaled()
    {
        var running = Compute(RevisionImages.Found(Made(), s_image, 1, A.Moment), null).Next;

        // Two changes while nothing is known of either.
        var held = ServiceMachine.Accept(running, WithImage(running.Current.Spec, "nginx:2"), 1, A.Moment);
        held = ServiceMachine.Accept(held, WithEnv(held.Current.Spec), 2, A.Moment);
        var plan = Compute(held, s_until);
        plan.Next.ShouldBeSameAs(held);
        plan.Next.Rollout.ShouldBeNull();
        plan.WakeAt.ShouldBe(s_until);
        var task = running.Tasks.Values.Single();
        plan.Decisions.ShouldHaveSingleItem().ShouldSatisfyAllConditions(one => one.Task.ShouldBe(task.Id), one => one.Action.ShouldBe(TaskAction.Wait));

        // A task that ends meanwhile is replaced, by one of the version before.
        var ended = ServiceMachine.Observe(
            held, task with { Node = new NodeId("n1"), LastReport = 1, Observed = new() { State = TaskState.Failed, At = A.Moment, ExitCode = 1 } }, A.Moment);
        var healed = Compute(ended, s_until);
        healed.Create.ShouldHaveSingleItem().SpecVersion.ShouldBe(1);
        healed.Next.Revisions.Select(revision => revision.Version).ShouldBe([1, 2, 3]);

        // Both versions waited for the same.
        var found = RevisionImages.Found(held, s_image with { Reference = "new" }, 3, A.Moment);
        found.Revisions.Select(revision => revision.Image?.Reference).ShouldBe([s_image.Reference, "new", "new"]);
        Compute(found, null).Next.Rollout!.Target.ShouldBe(3);
    }

    [Fact]
    public void Compute_GlobalServiceWhoseImageFitsNoNode_SaysWhichPlatformsThereAre()
    {
        var state = ServiceMachine.Accept(new() { Name = new("web") }, A.Service() with { Mode = ServiceMode.Global }, 0, A.Moment);
        var plan = Compute(RevisionImages.Found(state, s_image with { Platforms = [Platform.Parse("linux/arm64"), Platform.Parse("linux/s390x")] }, 1, A.Moment), null);
        plan.Create.ShouldBeEmpty();
        plan.Waits.ShouldBe(["no suitable node: 1 needs platform linux/amd64 (the image has linux/arm64, linux/s390x)"]);
    }

    [Fact]
    public void Compute_HeldUpServiceIsRemoved_Goes() => Compute(ServiceMachine.Remove(Made()), s_until).IsGone.ShouldBeTrue();

    private static ServiceState Made() => ServiceMachine.Accept(new() { Name = new("web") }, A.Service() with { Replicas = 1 }, 0, A.Moment);

    private static ServiceSpec WithImage(ServiceSpec spec, string image) => spec with { Container = spec.Container with { Image = image } };

    private static ServiceSpec WithEnv(ServiceSpec spec) => spec with { Container = spec.Container with { Env = A.Map(("A", "1")) } };

    private static ServicePlan Compute(ServiceState state, DateTimeOffset? until) =>
        ServiceReconciler.Compute(new() { State = state, Nodes = new[] { A.Node() }.ToImmutableSortedDictionary(node => node.Id, node => node), Now = A.Moment, ImageWaitUntil = until });
}
