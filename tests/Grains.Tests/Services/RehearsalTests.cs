using Warren.Grains.Hosting;
using Warren.Grains.Services;
using Warren.Tasks;

namespace Warren.Grains.Tests.Services;

public sealed class RehearsalTests
{
    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Spec_IsOneThatWouldBeTaken() => ServiceSpecRules.Find(Rehearsal.Spec, Rehearsal.Spec.Name).ShouldBeEmpty();

    [Fact]
    public void Play_EndsWithOneTaskThatRunsOnItsNode()
    {
        var states = Rehearsal.Play(s_now);

        states.Task.Observed.State.ShouldBe(TaskState.Running);
        states.Service.State!.Tasks.Values.ShouldHaveSingleItem().ShouldBe(states.Task);
        states.Node.Reservations.ShouldHaveSingleItem().Task.ShouldBe(states.Task.Id);
        states.Service.Unsent.ShouldNotBeEmpty();
    }
}
