using Microsoft.Extensions.Logging.Abstractions;
using Warren.Agent.Runtime;
using Warren.Agent.Runtime.Containerd;
using Warren.TestSupport.Processes;

namespace Warren.Agent.Containers.Tests.Runtime.Containerd;

/// <summary>The agent, containerd, the shim and runc are killed at every step of a container's life.</summary>
public sealed class CrashTests(ContainerdFixture fixture) : IClassFixture<ContainerdFixture>, IAsyncLifetime
{
    private const int Kill = 9;
    private static readonly TimeSpan s_limit = CrashScene.Limit;
    private static readonly ContainerId s_id = CrashScene.Id;
    private static readonly TimeSpan s_clearing = TimeSpan.FromSeconds(1);
    private readonly CrashScene _scene = CrashScene.On(fixture);
    private Task _restarting = Task.CompletedTask;

    public Task InitializeAsync()
    {
        _scene.ForgetStarts();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _restarting;
        await using var runtime = Open();
        await runtime.RemoveAsync(s_id, default);
        await runtime.SweepAsync(default);
    }

    public static TheoryData<string, bool> Steps()
    {
        var steps = new TheoryData<string, bool>();
        foreach (var step in Enum.GetNames<ContainerdStep>())
        {
            steps.Add(step, false);
            steps.Add(step, true);
        }
        return steps;
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task AgentKilled_AtStep_NextOneFinishes(string stepName, bool isAfter)
    {
        var step = Enum.Parse<ContainerdStep>(stepName);
        var stage = await DoomedAgent.RunAndKillAsync(_scene, step, isAfter);

        await using var runtime = Open();
        await runtime.SweepAsync(default);
        switch (stage)
        {
            case LifeStage.Preparing or LifeStage.Starting:
                await FinishStartAsync(runtime);
                await StopAsync(runtime);
                break;
            case LifeStage.Stopping:
                await StopAsync(runtime);
                break;
        }
        await RemoveAsync(runtime);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task ContainerdKilled_AtStep_SameCallsFinish(string stepName, bool isAfter)
    {
        var step = Enum.Parse<ContainerdStep>(stepName);
        var kills = 0;
        var options = _scene.Options();
        options.StepReached = async (reached, _, after) =>
        {
            if (reached != step || after != isAfter || Interlocked.Exchange(ref kills, 1) == 1) return;
            _restarting = KillContainerdAsync(TimeSpan.Zero);
            await _restarting;
        };
        await using var runtime = new ContainerdRuntime(options, TimeProvider.System, NullLogger<ContainerdRuntime>.Instance);
        await LiveThroughAsync(runtime);
        kills.ShouldBe(1);
    }

    [Theory]
    [InlineData(ContainerdStep.CreateTask, 5)]
    [InlineData(ContainerdStep.CreateTask, 20)]
    [InlineData(ContainerdStep.CreateTask, 60)]
    [InlineData(ContainerdStep.StartTask, 5)]
    [InlineData(ContainerdStep.StartTask, 20)]
    [InlineData(ContainerdStep.DeleteTask, 5)]
    [InlineData(ContainerdStep.DeleteTask, 20)]
    [InlineData(ContainerdStep.DeleteTask, 60)]
    internal async Task ContainerdKilled_InTheMiddleOfStep_SameCallsFinish(ContainerdStep step, int milliseconds)
    {
        var kills = 0;
        var options = _scene.Options();
        options.StepReached = (reached, _, after) =>
        {
            if (reached == step && !after && Interlocked.Exchange(ref kills, 1) == 0)
                _restarting = KillContainerdAsync(TimeSpan.FromMilliseconds(milliseconds));
            return Task.CompletedTask;
        };
        await using var runtime = new ContainerdRuntime(options, TimeProvider.System, NullLogger<ContainerdRuntime>.Instance);
        await LiveThroughAsync(runtime, mayNotBegin: true);
        kills.ShouldBe(1);
    }

    [Theory]
    [InlineData(ContainerdStep.CreateTask, true)]
    [InlineData(ContainerdStep.MarkStarted, false)]
    [InlineData(ContainerdStep.MarkStarted, true)]
    [InlineData(ContainerdStep.StartTask, true)]
    [InlineData(ContainerdStep.SignalTask, false)]
    [InlineData(ContainerdStep.KillTask, false)]
    [InlineData(ContainerdStep.KillTask, true)]
    [InlineData(ContainerdStep.RecordExit, false)]
    [InlineData(ContainerdStep.RecordExit, true)]
    [InlineData(ContainerdStep.DeleteTask, false)]
    internal async Task ShimKilled_AtStep_IsSeenAndLeavesNothing(ContainerdStep step, bool isAfter)
    {
        var kills = 0;
        var options = _scene.Options();
        options.StepReached = (reached, _, after) =>
        {
            if (reached == step && after == isAfter && Interlocked.Exchange(ref kills, 1) == 0) KillShims();
            return Task.CompletedTask;
        };
        await using var runtime = new ContainerdRuntime(options, TimeProvider.System, NullLogger<ContainerdRuntime>.Instance);
        var request = _scene.Request();
        await runtime.PrepareAsync(request, default);
        try
        {
            await runtime.StartAsync(s_id, default);
            if (step > ContainerdStep.StartTask) await CrashScene.ReadyAsync(runtime);
        }
        catch (ContainerRuntimeException) when (step <= ContainerdStep.StartTask)
        {
            // With its shim the start is lost; what is found afterwards counts.
        }
        var exit = await runtime.StopAsync(s_id, CrashScene.Ask, CrashScene.Grace, default).WaitAsync(s_limit);

        kills.ShouldBe(1);
        var status = (await runtime.FindAsync(s_id, default)).ShouldNotBeNull();
        // Of a shim that went before the end was recorded nobody knows the code, but for containerd's own guess of a kill.
        if (status.State == ContainerState.Exited) status.Exit.ShouldNotBeNull().Code.ShouldBeOneOf(ContainerExit.Unseen, 128 + Kill);
        else status.State.ShouldBe(ContainerState.Created);
        status.Exit.ShouldBe(exit);
        _scene.CountStarts().ShouldBeLessThanOrEqualTo(1);
        await RemoveAsync(runtime);
    }

    [Fact]
    public async Task ShimKilled_InTheMiddleOfDelete_RemovalFinishes()
    {
        var kills = 0;
        var options = _scene.Options();
        options.StepReached = (reached, _, after) =>
        {
            if (reached == ContainerdStep.DeleteTask && !after && Interlocked.Exchange(ref kills, 1) == 0) _restarting = StopAndKillShimsAsync();
            return Task.CompletedTask;
        };
        await using var runtime = new ContainerdRuntime(options, TimeProvider.System, NullLogger<ContainerdRuntime>.Instance);
        await FinishStartAsync(runtime);

        await RemoveAsync(runtime);

        kills.ShouldBe(1);
    }

    [Fact]
    public async Task ShimKilled_WhileRunning_IsReportedUnseenAndItsProcessesEnd()
    {
        await using var runtime = Open();
        await using var events = runtime.WatchAsync(default).GetAsyncEnumerator();
        // Watching begins with the first event, which says to list everything.
        (await events.MoveNextAsync()).ShouldBeTrue();
        await FinishStartAsync(runtime);
        var process = (await runtime.FindAsync(s_id, default)).ShouldNotBeNull().ProcessId.ShouldNotBeNull();

        KillShims();
        var exit = await runtime.WaitAsync(s_id, default).WaitAsync(s_limit);

        exit.Code.ShouldBe(ContainerExit.Unseen);
        Leftovers.Runs(process).ShouldBeFalse();
        RuntimeEvent change;
        do
        {
            (await events.MoveNextAsync().AsTask().WaitAsync(s_limit)).ShouldBeTrue();
            change = events.Current;
        }
        while (change.Kind != RuntimeEventKind.Exited);
        change.Exit.ShouldBe(exit);
        await RemoveAsync(runtime);
    }

    [Fact]
    public async Task ShimKilled_WhileContainerdIsDown_IsReportedUnseenAfterwards()
    {
        await using var runtime = Open();
        await FinishStartAsync(runtime);
        await fixture.Containerd.KillAsync();
        KillShims();
        await fixture.Containerd.StartAsync();
        (await runtime.WaitAsync(s_id, default).WaitAsync(s_limit)).Code.ShouldBe(ContainerExit.Unseen);
        await RemoveAsync(runtime);
    }

    [Theory]
    [InlineData("create", "0")]
    [InlineData("create", "0.01")]
    [InlineData("create", "0.03")]
    [InlineData("create", "0.1")]
    [InlineData("kill", "0")]
    [InlineData("delete", "0")]
    [InlineData("delete", "0.01")]
    public async Task RuncKilled_InTheMiddleOfCommand_SameCallsFinish(string command, string after)
    {
        var trigger = Path.Combine(fixture.Containerd.Folder, "kill-runc");
        await File.WriteAllTextAsync(trigger, $"{command} {after}\n");
        _scene.Runc = await RuncWrapper.KillingAsync(fixture.Containerd.Folder, trigger);
        await using var runtime = Open();
        await LiveThroughAsync(runtime);
        File.Exists(trigger).ShouldBeFalse($"runc {command} was never called");
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0.005")]
    [InlineData("0.01")]
    [InlineData("0.02")]
    public async Task RuncKilled_InTheMiddleOfStart_RunsOnceOrHasNotBegun(string after)
    {
        var trigger = Path.Combine(fixture.Containerd.Folder, "kill-runc");
        await File.WriteAllTextAsync(trigger, $"start {after}\n");
        _scene.Runc = await RuncWrapper.KillingAsync(fixture.Containerd.Folder, trigger);
        await using var runtime = Open();
        await runtime.PrepareAsync(_scene.Request(), default);

        var status = await runtime.StartAsync(s_id, default);

        File.Exists(trigger).ShouldBeFalse("runc start was never called");
        (await runtime.StartAsync(s_id, default)).State.ShouldBe(status.State);
        if (status.State == ContainerState.Exited)
        {
            ShouldNotHaveBegun(status);
            await RemoveAsync(runtime);
            return;
        }

        status.State.ShouldBe(ContainerState.Running);
        await CrashScene.ReadyAsync(runtime);
        _scene.CountStarts().ShouldBe(1);
        await runtime.StopAsync(s_id, CrashScene.Ask, CrashScene.Grace, default).WaitAsync(s_limit);
        (await runtime.FindAsync(s_id, default)).ShouldNotBeNull().Exit.ShouldNotBeNull().Code.ShouldBe(128 + Kill);
        await RemoveAsync(runtime);
    }

    [Fact]
    public async Task CallEnds_InTheMiddleOfCreate_WhatContainerdClearsUpIsNotTheNextOne()
    {
        var creating = Path.Combine(fixture.Containerd.Folder, "creating");
        _scene.Runc = await RuncWrapper.SlowAsync(fixture.Containerd.Folder, creating, s_clearing);
        await using var runtime = Open();
        await runtime.PrepareAsync(_scene.Request(), default);
        using var end = new CancellationTokenSource();
        var start = runtime.StartAsync(s_id, end.Token);
        using var limit = new CancellationTokenSource(s_limit);
        while (!File.Exists(creating)) await Task.Delay(TimeSpan.FromMilliseconds(5), limit.Token);

        // As when the agent is killed: containerd ends the shim, and clears up what it had begun.
        await end.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => start);
        await FinishStartAsync(runtime);

        await Task.Delay(s_clearing + s_clearing);
        (await runtime.FindAsync(s_id, default)).ShouldNotBeNull().State.ShouldBe(ContainerState.Running);
        await StopAsync(runtime);
        await RemoveAsync(runtime);
    }

    // What an agent does: the same call again until it succeeds, with containerd started again by its supervisor.
    private async Task LiveThroughAsync(ContainerdRuntime runtime, bool mayNotBegin = false)
    {
        var request = _scene.Request();
        await AgainAsync(() => runtime.PrepareAsync(request, default));
        await AgainAsync(() => runtime.StartAsync(s_id, default));
        ContainerStatus? status = null;
        await AgainAsync(async () => status = await runtime.FindAsync(s_id, default));
        if (mayNotBegin && status is { State: ContainerState.Exited })
        {
            ShouldNotHaveBegun(status);
        }
        else
        {
            status.ShouldNotBeNull().State.ShouldBe(ContainerState.Running);
            await AgainAsync(() => CrashScene.ReadyAsync(runtime));
            _scene.CountStarts().ShouldBe(1);
            await AgainAsync(() => runtime.StopAsync(s_id, CrashScene.Ask, CrashScene.Grace, default));
            await AgainAsync(async () => (await runtime.FindAsync(s_id, default)).ShouldNotBeNull().Exit.ShouldNotBeNull().Code.ShouldBe(128 + Kill));
        }

        await AgainAsync(() => runtime.RemoveAsync(s_id, default));
        await AgainAsync(() => runtime.SweepAsync(default));
        await AgainAsync(async () => (await runtime.ListAsync(default)).ShouldBeEmpty());
        await _restarting;
        (await Leftovers.FindAsync(fixture.Containerd, _scene)).ShouldBeEmpty();
    }

    // runc was killed between the two steps by which it lets the process go, which ends the process before it becomes the container's program.
    private void ShouldNotHaveBegun(ContainerStatus status)
    {
        _scene.CountStarts().ShouldBe(0);
        status.Exit.ShouldNotBeNull().Code.ShouldNotBe(0);
    }

    private async Task AgainAsync(Func<Task> call)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await call().WaitAsync(s_limit);
                return;
            }
            catch (ContainerRuntimeException exception) when (exception.Fault is RuntimeFault.Unavailable or RuntimeFault.Failed && attempt < 5)
            {
                await _restarting;
            }
        }
    }

    // Its supervisor starts it again, as systemd does.
    private async Task KillContainerdAsync(TimeSpan delay)
    {
        await Task.Delay(delay);
        await fixture.Containerd.KillAsync();
        await fixture.Containerd.StartAsync();
    }

    private async Task FinishStartAsync(ContainerdRuntime runtime)
    {
        var request = _scene.Request();
        await runtime.PrepareAsync(request, default);
        (await runtime.StartAsync(s_id, default)).State.ShouldBe(ContainerState.Running);
        await CrashScene.ReadyAsync(runtime);
        _scene.CountStarts().ShouldBe(1);
    }

    private static async Task StopAsync(ContainerdRuntime runtime)
    {
        var exit = await runtime.StopAsync(s_id, CrashScene.Ask, CrashScene.Grace, default).WaitAsync(s_limit);
        exit.ShouldNotBeNull().Code.ShouldBe(128 + Kill);
        (await runtime.WaitAsync(s_id, default).WaitAsync(s_limit)).ShouldBe(exit);
    }

    private async Task RemoveAsync(ContainerdRuntime runtime)
    {
        await runtime.RemoveAsync(s_id, default);
        (await runtime.ListAsync(default)).ShouldBeEmpty();
        (await Leftovers.FindAsync(fixture.Containerd, _scene)).ShouldBeEmpty();
    }

    private ContainerdRuntime Open() => new(_scene.Options(), TimeProvider.System, NullLogger<ContainerdRuntime>.Instance);

    private void KillShims() => SendToShims(Signal.Kill);

    // What is asked of a shim that stands still is under way until it is killed.
    private async Task StopAndKillShimsAsync()
    {
        SendToShims(Signal.Stop);
        await Task.Delay(TimeSpan.FromMilliseconds(500));
        KillShims();
    }

    private void SendToShims(Signal signal)
    {
        foreach (var shim in Leftovers.ProcessesNaming(fixture.Containerd.Socket, "containerd-shim")) Signals.Send(shim, signal);
    }
}
