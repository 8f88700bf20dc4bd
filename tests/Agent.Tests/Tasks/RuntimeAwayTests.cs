using Warren.Agent.Tests.Assignments;
using Warren.Agent.Tests.Managers;
using Warren.Tasks;
using Warren.TestSupport;

namespace Warren.Agent.Tests.Tasks;

/// <summary>The runtime is away for a while, and the managers want things meanwhile.</summary>
public sealed class RuntimeAwayTests : IAsyncLifetime
{
    private readonly TempFolder _folder = TempFolder.Create("away");
    private readonly ScriptedNode _node = new();
    private AbsentRuntime _runtime = null!;
    private TestAgent _agent = null!;

    public async Task InitializeAsync() =>
        _agent = await TestAgent.StartAsync(_folder.Path, _node, wrap: inner => _runtime = new(inner));

    public async Task DisposeAsync()
    {
        await _agent.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Runtime_AwayForAWhile_AllThatWasWantedIsDoneAfterItAndNothingIsGivenUp()
    {
        await _node.PushAsync(Wanted.Change(
            0,
            1,
            [Wanted.Template(1, "r.test/app:1"), Wanted.Template(2, "r.test/app:fake.exit-3")],
            Wanted.Task(1), Wanted.Task(2, version: 2), Wanted.Task(3), Wanted.Task(4)));
        for (var slot = 1; slot <= 4; slot++) await _node.WaitAsync(Wanted.Id(slot), TaskState.Running);
        var before = (await _runtime.FindAsync(new("web.1.1"), CancellationToken.None)).ShouldNotBeNull();

        _runtime.GoAway();
        await _runtime.Inner.StopAsync(new("web.2.1"), 15, TimeSpan.FromSeconds(1), CancellationToken.None);
        await _node.PushAsync(Wanted.Change(1, 2, [], Wanted.Task(3, DesiredState.Shutdown), Wanted.Task(4, DesiredState.Removed), Wanted.Task(5)));

        // A stop, a removal and a start have been tried and tried again, and the second task has ended unseen.
        await _runtime.RefusedAsync(8);
        _node.ReportsOf(Wanted.Id(2)).Count(report => report.Observed.State.IsFinal).ShouldBe(0);
        _runtime.ComeBack();

        (await _node.WaitAsync(Wanted.Id(2), TaskState.Failed)).ExitCode.ShouldBe(3);
        await _node.WaitAsync(Wanted.Id(3), TaskState.Shutdown);
        await _node.WaitForCleanedAsync(Wanted.Id(4));
        await _node.WaitAsync(Wanted.Id(5), TaskState.Running);
        (await _runtime.FindAsync(new("web.1.1"), CancellationToken.None)).ShouldNotBeNull().ProcessId.ShouldBe(before.ProcessId);
        _node.OutcomesOf(Wanted.Id(1)).Select(report => report.Observed.State).Distinct().ShouldBe([TaskState.Running]);
        foreach (var slot in new[] { 1, 3, 4, 5 })
            _node.ReportsOf(Wanted.Id(slot)).ShouldNotContain(report => report.Observed.State == TaskState.Failed || report.Observed.State == TaskState.Rejected);
        _node.Session.ShouldBe(1);
    }

    [Fact]
    public async Task Runtime_GoesAwayInTheMiddleOfAStop_StopIsFinishedAndToldAsAsked()
    {
        await _node.PushAsync(Wanted.Change(
            0, 1, [Wanted.Template(new() { Image = "r.test/app:fake.stubborn", StopGracePeriod = TimeSpan.FromSeconds(6) })], Wanted.Task(1)));
        await _node.WaitAsync(Wanted.Id(1), TaskState.Running);
        await _node.PushAsync(Wanted.Change(1, 2, [], Wanted.Task(1, DesiredState.Shutdown, reason: "scaled")));
        await _node.WaitAsync(Wanted.Id(1), TaskState.Stopping);
        _runtime.GoAway();
        await _runtime.RefusedAsync(2);
        _runtime.ComeBack();
        var end = await _node.WaitAsync(Wanted.Id(1), TaskState.Shutdown);
        (end.ExitCode, end.Reason).ShouldBe((137, "scaled"));
    }
}
