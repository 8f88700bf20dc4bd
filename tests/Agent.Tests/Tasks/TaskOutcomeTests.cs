using Warren.Agent.Assignments;
using Warren.Agent.Tasks;
using Warren.Services;
using Warren.Tasks;

namespace Warren.Agent.Tests.Tasks;

public sealed class TaskOutcomeTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(TaskState.Failed, RestartCondition.Any, true)]
    [InlineData(TaskState.Complete, RestartCondition.Any, true)]
    [InlineData(TaskState.Failed, RestartCondition.OnFailure, true)]
    [InlineData(TaskState.Rejected, RestartCondition.OnFailure, true)]
    [InlineData(TaskState.Complete, RestartCondition.OnFailure, false)]
    [InlineData(TaskState.Failed, RestartCondition.None, false)]
    [InlineData(TaskState.Shutdown, RestartCondition.Any, false)]
    public void End_OfAState_MayBeStartedAgainAsThePolicySays(TaskState state, RestartCondition condition, bool isAgain) =>
        (new TaskOutcome(isFinal: false).End(End(state), RestartSpec.Default with { Condition = condition }, s_now) is not null).ShouldBe(isAgain);

    [Fact]
    public void End_AgainAndAgain_WaitsLongerEachTimeAndForgetsAfterTheWindow()
    {
        var outcome = new TaskOutcome(isFinal: false);
        var now = s_now;
        var waits = new List<double>();
        for (var end = 0; end < 5; end++)
        {
            var wait = outcome.End(End(), RestartSpec.Default, now).ShouldNotBeNull();
            waits.Add(wait.TotalSeconds);
            outcome.StartAgain();
            now += wait;
        }

        waits.ShouldBe([0, 1, 2, 4, 8]);
        outcome.Restarts.Count.ShouldBe(5);
        outcome.End(End(), RestartSpec.Default, now + TimeSpan.FromHours(1)).ShouldBe(TimeSpan.Zero);
    }

    /// <summary>A clock that is put back, or days ahead, holds up no task for longer than its policy says.</summary>
    [Theory]
    [InlineData(-3)]
    [InlineData(3)]
    public void End_ClockMovedByDays_WaitsNoLongerThanTheLongestDelay(int days)
    {
        var outcome = new TaskOutcome(isFinal: false);
        for (var end = 0; end < 4; end++)
        {
            outcome.End(End(), RestartSpec.Default, s_now);
            outcome.StartAgain();
        }

        outcome.End(End(), RestartSpec.Default, s_now.AddDays(days)).ShouldNotBeNull().ShouldBeInRange(TimeSpan.Zero, RestartSpec.Default.MaxDelay);
    }

    [Fact]
    public void Confirm_OfTheEnd_EndsItForGoodAndOnce()
    {
        var outcome = new TaskOutcome(isFinal: false);
        var end = End();
        outcome.End(end, RestartSpec.Default, s_now);
        outcome.Confirm(end).ShouldBeTrue();
        outcome.Confirm(end).ShouldBeFalse();
        outcome.Settle().ShouldBeNull();
        outcome.LetStartAgain();
        outcome.IsRestartDue.ShouldBeFalse();
    }

    [Fact]
    public void Confirm_OfAnEarlierEnd_SaysNothingOfThisOne()
    {
        var outcome = new TaskOutcome(isFinal: false);
        outcome.End(End(), RestartSpec.Default, s_now);
        outcome.Confirm(End()).ShouldBeFalse();
        outcome.LetStartAgain();
        outcome.IsRestartDue.ShouldBeTrue();
    }

    [Fact]
    public void Confirm_WhileItIsStartedAgain_ComesTooLate()
    {
        var outcome = new TaskOutcome(isFinal: false);
        var end = End();
        outcome.End(end, RestartSpec.Default, s_now);
        outcome.LetStartAgain();
        outcome.Confirm(end).ShouldBeFalse();
        outcome.StartAgain().ShouldBe(new TaskRestarts(1, outcome.Restarts.Ends, "its process ended with exit code 3"));
        outcome.Settle().ShouldBeNull();
    }

    [Fact]
    public void LetStartAgain_EndOfAnEarlierAgent_StaysEnded()
    {
        var outcome = new TaskOutcome(isFinal: true);
        outcome.LetStartAgain();
        outcome.IsRestartDue.ShouldBeFalse();
    }

    private static TaskObservation End(TaskState state = TaskState.Failed) => new() { State = state, At = s_now, Reason = "its process ended with exit code 3" };
}
