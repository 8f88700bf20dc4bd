using Warren.Agent.Managers;
using Warren.Agent.Tests.Assignments;
using Warren.Nodes;
using Warren.Tasks;
using Warren.TestSupport;

namespace Warren.Agent.Tests.Managers;

/// <summary>What an agent and its managers say to each other, and what is lost on the way.</summary>
public sealed class ManagerLinkTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = TempFolder.Create("link");
    private readonly ScriptedNode _node = new();

    [Fact]
    public async Task Registration_SaysWhatTheNodeIs()
    {
        await using var agent = await TestAgent.StartAsync(_folder.Path, _node);
        var registration = _node.Registrations.ShouldHaveSingleItem();
        (registration.Description.Name, registration.AppliedVersion).ShouldBe(("node-1", null));
        registration.Description.RuntimeVersion.ShouldStartWith("fake ");
    }

    [Fact]
    public async Task Push_Lost_IsAskedForAfterAHeartbeat()
    {
        await using var agent = await TestAgent.StartAsync(_folder.Path, _node);
        _node.Change(Wanted.Change(0, 1, [Wanted.Template()], Wanted.Task(1)));
        await _node.WaitAsync(Wanted.Id(1), TaskState.Running);
        _node.Asked.ShouldContain(0);
    }

    [Fact]
    public async Task Push_AfterALostOne_IsAGapAndAskedForAtOnce()
    {
        _node.HeartbeatInterval = TimeSpan.FromHours(1);
        await using var agent = await TestAgent.StartAsync(_folder.Path, _node);
        _node.Change(Wanted.Change(0, 1, [Wanted.Template()], Wanted.Task(1)));
        await _node.PushAsync(Wanted.Change(1, 2, [], Wanted.Task(2)));
        await _node.WaitAsync(Wanted.Id(1), TaskState.Running);
        await _node.WaitAsync(Wanted.Id(2), TaskState.Running);
    }

    [Fact]
    public async Task Push_OvertakesAnAnswer_HoldsAndTheAnswerIsAskedForAgain()
    {
        var arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        (_node.HeartbeatInterval, _node.AnswersArrive) = (TimeSpan.FromHours(1), arrival.Task);
        await using var agent = await TestAgent.StartAsync(_folder.Path, _node);
        await _node.Agent!.AssignAsync(_node.Session, Wanted.Change(8, 9, []));
        await _node.WaitForAsync(() => !_node.Asked.IsEmpty, "a question after the gap");
        await _node.PushAsync(Wanted.Change(0, 1, [Wanted.Template()], Wanted.Task(1)));
        arrival.SetResult();
        await _node.WaitForAsync(() => _node.Asked.Count > 1, "a question after the late answer");
        await _node.WaitAsync(Wanted.Id(1), TaskState.Running);
        await _node.PushAsync(Wanted.Change(1, 2, [], Wanted.Task(2)));
        await _node.WaitAsync(Wanted.Id(2), TaskState.Running);
        _node.OutcomesOf(Wanted.Id(1)).ShouldAllBe(report => report.Observed.State == TaskState.Running);
        (await agent.Runtime.ListAsync(CancellationToken.None)).Select(container => container.Exit).ShouldBe([null, null]);
        _node.Asked.ToArray().ShouldBe([0, null]);
    }

    [Fact]
    public async Task Answer_OlderThanWhatIsThere_HoldsIfNothingCameInBetween()
    {
        await using var agent = await TestAgent.StartAsync(_folder.Path, _node);
        await _node.PushAsync(Wanted.Change(0, 5, [Wanted.Template()], Wanted.Task(1)));
        await _node.WaitAsync(Wanted.Id(1), TaskState.Running);
        _node.Assignments = Wanted.Everything(4, [Wanted.Template()], Wanted.Task(2));
        await _node.WaitAsync(Wanted.Id(2), TaskState.Running);
    }

    [Fact]
    public async Task Push_TwiceAndOfAnEarlierSession_ChangesNothing()
    {
        await using var agent = await TestAgent.StartAsync(_folder.Path, _node);
        var change = Wanted.Change(0, 1, [Wanted.Template()], Wanted.Task(1));
        await _node.PushAsync(change);
        await _node.Agent!.AssignAsync(_node.Session, change);
        await _node.Agent!.AssignAsync(_node.Session - 1, Wanted.Change(1, 9, [], Wanted.Task(1, DesiredState.Removed)));
        await _node.WaitAsync(Wanted.Id(1), TaskState.Running);
        await _node.PushAsync(Wanted.Change(1, 2, [], Wanted.Task(2)));
        await _node.WaitAsync(Wanted.Id(2), TaskState.Running);
        (await agent.Runtime.ListAsync(CancellationToken.None)).Length.ShouldBe(2);
    }

    [Fact]
    public async Task Report_AnswerLost_IsRepeatedInANewSessionWithAGreaterNumber()
    {
        await using var agent = await TestAgent.StartAsync(_folder.Path, _node);
        _node.LostAnswers = 2;
        await _node.PushAsync(Wanted.Change(0, 1, [Wanted.Template()], Wanted.Task(1)));
        await _node.WaitForAsync(() => _node.OutcomesOf(Wanted.Id(1)).Length >= 3, "a third report");
        var reports = _node.OutcomesOf(Wanted.Id(1));
        reports.ShouldAllBe(report => report.Observed.State == TaskState.Running && report.Node == TestAgent.Node);
        reports.Select(report => report.Sequence).ShouldBe(reports.Select(report => report.Sequence).Order());
        reports.Select(report => report.Sequence).Distinct().Count().ShouldBe(reports.Length);
        _node.Session.ShouldBeGreaterThanOrEqualTo(3);
    }

    [Fact]
    public async Task Managers_Away_AreTriedAgainAndTasksGoOn()
    {
        await using (var first = await TestAgent.StartAsync(_folder.Path, _node))
        {
            await _node.PushAsync(Wanted.Change(0, 1, [Wanted.Template()], Wanted.Task(1)));
            await _node.WaitAsync(Wanted.Id(1), TaskState.Running);
        }

        _node.FailedRegistrations = 5;
        await using var second = await TestAgent.StartAsync(_folder.Path, _node);
        (await second.Runtime.ListAsync(CancellationToken.None)).ShouldHaveSingleItem().Exit.ShouldBeNull();
        await second.Worker.Registered.WaitAsync(s_limit);
        _node.FailedRegistrations.ShouldBe(0);
    }

    [Fact]
    public async Task Session_Superseded_EndsTheAgentAndLeavesTheTasks()
    {
        await using var agent = await TestAgent.StartAsync(_folder.Path, _node);
        await _node.PushAsync(Wanted.Change(0, 1, [Wanted.Template()], Wanted.Task(1)));
        await _node.WaitAsync(Wanted.Id(1), TaskState.Running);
        _node.State = SessionState.Superseded;
        (await agent.Running.WaitAsync(s_limit)).ShouldBe(LinkEnd.Superseded);
        (await agent.Runtime.ListAsync(CancellationToken.None)).ShouldHaveSingleItem().Exit.ShouldBeNull();
    }

    [Fact]
    public async Task Node_Removed_EndsTheAgentAfterItHasCleanedUp()
    {
        await using var agent = await TestAgent.StartAsync(_folder.Path, _node);
        await _node.PushAsync(Wanted.Change(0, 1, [Wanted.Template()], Wanted.Task(1), Wanted.Task(2)));
        await _node.WaitAsync(Wanted.Id(2), TaskState.Running);
        _node.State = SessionState.Removed;
        (await agent.Running.WaitAsync(s_limit)).ShouldBe(LinkEnd.Removed);
        (await agent.Runtime.ListAsync(CancellationToken.None)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Session_Unknown_RegistersAgainAndTellsEverythingAgain()
    {
        await using var agent = await TestAgent.StartAsync(_folder.Path, _node);
        await _node.PushAsync(Wanted.Change(0, 1, [Wanted.Template()], Wanted.Task(1)));
        await _node.WaitAsync(Wanted.Id(1), TaskState.Running);
        var (session, told) = (_node.Session, _node.ReportsOf(Wanted.Id(1)).Length);
        _node.State = SessionState.RegisterFirst;
        await _node.WaitForAsync(() => _node.Session > session, "another session");
        _node.State = SessionState.Open;
        await _node.WaitForAsync(() => _node.ReportsOf(Wanted.Id(1)).Length > told, "the same told again");
        _node.Registrations.Last().AppliedVersion.ShouldBe(1);
        var attempts = _node.Registrations.Select(registration => registration.Attempt!.Value).ToArray();
        attempts.Select(attempt => attempt.Number).ShouldBe(Enumerable.Range(1, attempts.Length).Select(number => (long)number));
        attempts.Select(attempt => attempt.Agent).Distinct().ShouldHaveSingleItem().ShouldNotBeEmpty();
        (await agent.Runtime.ListAsync(CancellationToken.None)).Length.ShouldBe(1);
    }

    public void Dispose() => _folder.Dispose();
}
