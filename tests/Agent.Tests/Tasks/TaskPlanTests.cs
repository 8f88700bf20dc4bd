using Warren.Agent.Tasks;
using Warren.Tasks;

namespace Warren.Agent.Tests.Tasks;

public sealed class TaskPlanTests
{
    private static readonly bool[] s_both = [false, true];

    [Theory]
    [InlineData(DesiredState.Running, TaskPhase.Absent, true, TaskStep.Start)]
    [InlineData(DesiredState.Leaving, TaskPhase.Absent, true, TaskStep.Start)]
    [InlineData(DesiredState.Running, TaskPhase.Absent, false, TaskStep.Nothing)]
    [InlineData(DesiredState.Running, TaskPhase.Running, true, TaskStep.Nothing)]
    [InlineData(DesiredState.Leaving, TaskPhase.Running, true, TaskStep.Nothing)]
    [InlineData(DesiredState.Shutdown, TaskPhase.Running, true, TaskStep.Stop)]
    [InlineData(DesiredState.Shutdown, TaskPhase.Absent, false, TaskStep.TellNeverStarted)]
    [InlineData(DesiredState.Shutdown, TaskPhase.Ended, true, TaskStep.Nothing)]
    [InlineData(DesiredState.Removed, TaskPhase.Running, false, TaskStep.Stop)]
    [InlineData(DesiredState.Removed, TaskPhase.Absent, false, TaskStep.Remove)]
    [InlineData(DesiredState.Removed, TaskPhase.Ended, false, TaskStep.Remove)]
    [InlineData(DesiredState.Removed, TaskPhase.Removed, false, TaskStep.Nothing)]
    internal void Next_NothingHappened_FollowsWhatIsWanted(DesiredState desired, TaskPhase phase, bool hasTemplate, TaskStep step) =>
        TaskPlan.Next(new(desired, phase, hasTemplate, false, false, false, false)).ShouldBe(step);

    [Fact]
    public void Next_LivenessFailed_Stops() =>
        TaskPlan.Next(new(DesiredState.Running, TaskPhase.Running, true, false, IsUnhealthy: true, false, false)).ShouldBe(TaskStep.Stop);

    [Fact]
    public void Next_Doubtful_LooksBeforeItRests() =>
        TaskPlan.Next(new(DesiredState.Running, TaskPhase.Running, true, false, false, IsDoubtful: true, false)).ShouldBe(TaskStep.Look);

    [Fact]
    public void Next_OtherFilesWhileItRuns_ReplacesThemAndRests()
    {
        var task = new TaskSnapshot(DesiredState.Running, TaskPhase.Running, true, false, false, false, false, HasOtherFiles: true);
        TaskPlan.Next(task).ShouldBe(TaskStep.ReplaceFiles);
        TaskPlan.Next(Done(task, TaskStep.ReplaceFiles, isThere: true)).ShouldBe(TaskStep.Nothing);
    }

    [Fact]
    public void Next_AnySnapshot_ReplacesFilesOnlyOfWhatIsKnownToRunOn()
    {
        var replaced = All().Where(task => TaskPlan.Next(task) == TaskStep.ReplaceFiles).ToArray();
        replaced.ShouldAllBe(task =>
            task.HasOtherFiles && task.Phase == TaskPhase.Running && task.Desired < DesiredState.Shutdown && !task.HasExited && !task.IsUnhealthy && !task.IsDoubtful);
        replaced.Length.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Next_AnySnapshot_TellsAnEndBeforeAnythingElseAndOnce()
    {
        foreach (var task in All().Where(task => task is { HasExited: true, Phase: TaskPhase.Absent or TaskPhase.Running })) TaskPlan.Next(task).ShouldBe(TaskStep.TellEnd, task.ToString());
        foreach (var task in All().Where(task => task.Phase >= TaskPhase.Ended)) TaskPlan.Next(task).ShouldNotBe(TaskStep.TellEnd, task.ToString());
    }

    [Fact]
    public void Next_AnySnapshot_BeginsNothingBeforeItHasLooked()
    {
        foreach (var task in All().Where(task => task.Phase == TaskPhase.Unknown)) TaskPlan.Next(task).ShouldBe(TaskStep.Look, task.ToString());
    }

    [Fact]
    public void Next_AnySnapshot_StartsOnlyWhatIsWantedAndAllKnown()
    {
        var starts = All().Where(task => TaskPlan.Next(task) == TaskStep.Start).ToArray();
        starts.ShouldAllBe(task => task.Desired < DesiredState.Shutdown && task.HasTemplate && task.Phase == TaskPhase.Absent);
        starts.Length.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Next_AnySnapshot_StartsAgainOnlyWhatHasEndedAndIsMeantToRunFullAndDue()
    {
        var again = All().Where(task => TaskPlan.Next(task) == TaskStep.Restart).ToArray();
        again.ShouldAllBe(task => task.Desired == DesiredState.Running && task.Phase == TaskPhase.Ended && task.HasTemplate && task.IsRestartDue);
        again.Length.ShouldBeGreaterThan(0);
    }

    /// <summary>Whatever is found on the way, steps end, and where what is wanted is reached.</summary>
    [Fact]
    public void Next_AnySnapshotCarriedOut_EndsWhereItIsWanted()
    {
        foreach (var start in All())
        {
            foreach (var isThere in s_both)
            {
                var (task, steps) = (start, 0);
                for (var step = TaskPlan.Next(task); step != TaskStep.Nothing; step = TaskPlan.Next(task))
                {
                    (++steps).ShouldBeLessThan(8, start.ToString());
                    task = Done(task, step, isThere);
                }

                if (start.Desired == DesiredState.Removed) task.Phase.ShouldBe(TaskPhase.Removed, start.ToString());
                if (start.Desired == DesiredState.Shutdown) task.Phase.ShouldBeOneOf(TaskPhase.Ended, TaskPhase.Removed);
                if (start.Desired < DesiredState.Shutdown && task.Phase == TaskPhase.Absent) task.HasTemplate.ShouldBeFalse(start.ToString());
                task.Phase.ShouldNotBe(TaskPhase.Unknown, start.ToString());
            }
        }
    }

    private static TaskSnapshot Done(TaskSnapshot task, TaskStep step, bool isThere) => step switch
    {
        TaskStep.Look when isThere => task with { Phase = TaskPhase.Running, IsDoubtful = false },
        TaskStep.Look when task.Phase == TaskPhase.Running => task with { HasExited = true },
        TaskStep.Look => task with { Phase = TaskPhase.Absent, IsDoubtful = false },
        TaskStep.Start => task with { Phase = TaskPhase.Running },
        TaskStep.Stop => task with { HasExited = true },
        TaskStep.TellEnd or TaskStep.TellNeverStarted => task with { Phase = TaskPhase.Ended },
        TaskStep.Remove => task with { Phase = TaskPhase.Removed },
        TaskStep.ReplaceFiles => task with { HasOtherFiles = false },
        TaskStep.Restart => task with { Phase = TaskPhase.Absent, HasExited = false, IsUnhealthy = false, IsRestartDue = false },
        _ => task,
    };

    private static IEnumerable<TaskSnapshot> All() =>
        from desired in Enum.GetValues<DesiredState>()
        from phase in Enum.GetValues<TaskPhase>()
        from hasTemplate in s_both
        from hasExited in s_both
        from isUnhealthy in s_both
        from isDoubtful in s_both
        from isRestartDue in s_both
        from hasOtherFiles in s_both
        select new TaskSnapshot(desired, phase, hasTemplate, hasExited, isUnhealthy, isDoubtful, isRestartDue, hasOtherFiles);
}
