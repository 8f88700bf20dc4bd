using System.Collections.Immutable;
using System.Text;
using Warren.Agent.Images;
using Warren.Agent.Runtime;
using Warren.Containers;
using Warren.TestSupport;

namespace Warren.Agent.Containers.Tests.Runtime;

/// <summary>What every runtime does. A derived class says how its containers are made to behave.</summary>
public abstract class RuntimeConformance : IAsyncLifetime
{
    protected static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private const int Terminate = 15;
    private const int Kill = 9;

    private readonly CancellationTokenSource _watching = new();
    private readonly TempFolder _logs = TempFolder.Create("logs");
    private IContainerRuntime? _runtime;

    protected IContainerRuntime Runtime => _runtime ?? throw new InvalidOperationException("The runtime was not opened.");

    /// <summary>A runtime on the same state as those opened before.</summary>
    protected abstract Task<IContainerRuntime> OpenAsync();

    protected abstract Image Image { get; }

    /// <summary>Runs until SIGTERM, and ends with code 0 then.</summary>
    protected abstract ContainerSpec Obeying { get; }

    /// <summary>Runs until SIGKILL.</summary>
    protected abstract ContainerSpec Stubborn { get; }

    /// <summary>Ends at once with this code.</summary>
    protected abstract ContainerSpec Ending(int code);

    /// <summary>Names a command that does not exist.</summary>
    protected abstract ContainerSpec Missing { get; }

    public virtual async Task InitializeAsync() => _runtime = await OpenAsync();

    public virtual async Task DisposeAsync()
    {
        await _watching.CancelAsync();
        if (_runtime is not null) await _runtime.DisposeAsync();
        _logs.Dispose();
        _watching.Dispose();
    }

    [Fact]
    public async Task Start_Prepared_RunsAndIsListed()
    {
        var request = Request("web.1", Obeying);
        await Runtime.PrepareAsync(request, default);
        var made = await Runtime.FindAsync(request.Id, default);
        var started = await Runtime.StartAsync(request.Id, default);
        var listed = (await Runtime.ListAsync(default)).ShouldHaveSingleItem();

        made.ShouldNotBeNull().State.ShouldBe(ContainerState.Created);
        made.StartedAt.ShouldBeNull();
        started.State.ShouldBe(ContainerState.Running);
        started.ProcessId.ShouldNotBeNull();
        listed.Id.ShouldBe(request.Id);
        listed.State.ShouldBe(ContainerState.Running);
        listed.ProcessId.ShouldBe(started.ProcessId);
        listed.StartedAt.ShouldBe(started.StartedAt);
        listed.ImageDigest.ShouldBe(Image.Digest);
        listed.OwnerLabels.ShouldBe(request.OwnerLabels);
    }

    [Fact]
    public async Task Prepare_SameRequestTwice_MakesOneContainer()
    {
        var request = Request("web.1", Obeying);
        await Runtime.PrepareAsync(request, default);
        await Runtime.PrepareAsync(request, default);
        (await Runtime.ListAsync(default)).ShouldHaveSingleItem().State.ShouldBe(ContainerState.Created);
    }

    [Fact]
    public async Task Prepare_OtherSpecHash_IsAConflict()
    {
        await Runtime.PrepareAsync(Request("web.1", Obeying, hash: "one"), default);
        var failure = await Should.ThrowAsync<ContainerRuntimeException>(() => Runtime.PrepareAsync(Request("web.1", Obeying, hash: "two"), default));
        failure.Fault.ShouldBe(RuntimeFault.Conflict);
        failure.Message.ShouldStartWith("web.1: there is a container of this name with spec hash one, not two");
    }

    [Fact]
    public async Task Start_NotPrepared_IsNotFound()
    {
        var failure = await Should.ThrowAsync<ContainerRuntimeException>(() => Runtime.StartAsync(new("none"), default));
        failure.Fault.ShouldBe(RuntimeFault.NotFound);
    }

    [Fact]
    public async Task Start_Running_DoesNothing()
    {
        var id = await RunAsync("web.1", Obeying);
        var first = await Runtime.FindAsync(id, default);
        var second = await Runtime.StartAsync(id, default);
        second.ProcessId.ShouldBe(first!.ProcessId);
    }

    [Fact]
    public async Task Start_CommandThatDoesNotExist_IsInvalidAndSaysSo()
    {
        var request = Request("web.1", Missing);
        await Runtime.PrepareAsync(request, default);
        var failure = await Should.ThrowAsync<ContainerRuntimeException>(() => Runtime.StartAsync(request.Id, default));
        failure.Fault.ShouldBe(RuntimeFault.Invalid);
        failure.Message.ShouldBe("web.1: the command 'no-such-command' does not exist in the image");
        (await Runtime.FindAsync(request.Id, default)).ShouldNotBeNull().State.ShouldBe(ContainerState.Created);
        await Runtime.RemoveAsync(request.Id, default);
        (await Runtime.ListAsync(default)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Wait_ShortLived_TellsTheCodeAgainAndAgain(int code)
    {
        var id = await RunAsync("job.1", Ending(code));
        var exit = await Runtime.WaitAsync(id, default).WaitAsync(Limit);
        var again = await Runtime.WaitAsync(id, default).WaitAsync(Limit);
        var found = await Runtime.FindAsync(id, default);

        exit.Code.ShouldBe(code);
        exit.OutOfMemory.ShouldBeFalse();
        again.ShouldBe(exit);
        found.ShouldNotBeNull().State.ShouldBe(ContainerState.Exited);
        found.Exit.ShouldBe(exit);
        found.ProcessId.ShouldBeNull();
    }

    [Fact]
    public async Task Start_Exited_DoesNotRunAgain()
    {
        var id = await RunAsync("job.1", Ending(3));
        var exit = await Runtime.WaitAsync(id, default).WaitAsync(Limit);
        var status = await Runtime.StartAsync(id, default);
        status.State.ShouldBe(ContainerState.Exited);
        status.Exit.ShouldBe(exit);
    }

    [Fact]
    public async Task Wait_Removed_IsNotFound()
    {
        var id = await RunAsync("web.1", Obeying);
        var waiting = Runtime.WaitAsync(id, default);
        await Runtime.RemoveAsync(id, default);
        var failure = await Should.ThrowAsync<ContainerRuntimeException>(() => waiting.WaitAsync(Limit));
        failure.Fault.ShouldBe(RuntimeFault.NotFound);
    }

    [Fact]
    public async Task Stop_Obeying_EndsWithItsOwnCode()
    {
        var id = await RunAsync("web.1", Obeying);
        var exit = await Runtime.StopAsync(id, Terminate, Limit, default).WaitAsync(Limit);
        exit.ShouldNotBeNull().Code.ShouldBe(0);
        (await Runtime.StopAsync(id, Terminate, Limit, default)).ShouldBe(exit);
    }

    [Fact]
    public async Task Stop_Stubborn_IsKilledAfterTheGracePeriod()
    {
        var id = await RunAsync("web.1", Stubborn);
        var exit = await Runtime.StopAsync(id, Terminate, TimeSpan.FromMilliseconds(200), default).WaitAsync(Limit);
        exit.ShouldNotBeNull().Code.ShouldBe(128 + Kill);
    }

    [Fact]
    public async Task Stop_SecondShorterCall_ShortensTheFirst()
    {
        var id = await RunAsync("web.1", Stubborn);
        var first = Runtime.StopAsync(id, Terminate, TimeSpan.FromDays(100), default);
        var second = await Runtime.StopAsync(id, Terminate, TimeSpan.FromMilliseconds(100), default).WaitAsync(Limit);
        second.ShouldNotBeNull().Code.ShouldBe(128 + Kill);
        (await first.WaitAsync(Limit)).ShouldBe(second);
    }

    [Fact]
    public async Task Stop_CallerGivesUp_GoesOn()
    {
        var id = await RunAsync("web.1", Stubborn);
        using var caller = new CancellationTokenSource();
        var stopping = Runtime.StopAsync(id, Terminate, Limit, caller.Token);
        await caller.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => stopping);
        // One that gave up before the stopping began stops nothing; so stop again as a caller would.
        _ = Runtime.StopAsync(id, Terminate, TimeSpan.FromSeconds(1), default);
        (await Runtime.WaitAsync(id, default).WaitAsync(Limit)).Code.ShouldBe(128 + Kill);
    }

    [Fact]
    public async Task Stop_CreatedOrMissing_LeavesItAsItIs()
    {
        var request = Request("web.1", Obeying);
        await Runtime.PrepareAsync(request, default);
        (await Runtime.StopAsync(request.Id, Terminate, TimeSpan.Zero, default)).ShouldBeNull();
        (await Runtime.StopAsync(new("none"), Terminate, TimeSpan.Zero, default)).ShouldBeNull();
        (await Runtime.FindAsync(request.Id, default)).ShouldNotBeNull().State.ShouldBe(ContainerState.Created);
    }

    [Fact]
    public async Task Signal_NotRunning_IsNotFound()
    {
        var request = Request("job.1", Ending(0));
        await Runtime.PrepareAsync(request, default);
        await Runtime.StartAsync(request.Id, default);
        await Runtime.WaitAsync(request.Id, default).WaitAsync(Limit);
        var ended = await Should.ThrowAsync<ContainerRuntimeException>(() => Runtime.SignalAsync(request.Id, Terminate, false, default));
        var missing = await Should.ThrowAsync<ContainerRuntimeException>(() => Runtime.SignalAsync(new("none"), Terminate, false, default));
        ended.Fault.ShouldBe(RuntimeFault.NotFound);
        missing.Fault.ShouldBe(RuntimeFault.NotFound);
    }

    [Fact]
    public async Task Signal_Kill_EndsIt()
    {
        var id = await RunAsync("web.1", Stubborn);
        await Runtime.SignalAsync(id, Kill, true, default);
        (await Runtime.WaitAsync(id, default).WaitAsync(Limit)).Code.ShouldBe(128 + Kill);
    }

    [Fact]
    public async Task Remove_RunningCreatedOrMissing_LeavesNothing()
    {
        var running = await RunAsync("web.1", Stubborn);
        var created = Request("web.2", Obeying);
        await Runtime.PrepareAsync(created, default);
        await Runtime.RemoveAsync(running, default);
        await Runtime.RemoveAsync(created.Id, default);
        await Runtime.RemoveAsync(created.Id, default);
        (await Runtime.ListAsync(default)).ShouldBeEmpty();
        (await Runtime.SweepAsync(default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Remove_ThenPrepareAgain_RunsAnew()
    {
        var request = Request("job.1", Ending(3));
        await Runtime.PrepareAsync(request, default);
        await Runtime.StartAsync(request.Id, default);
        await Runtime.WaitAsync(request.Id, default).WaitAsync(Limit);
        await Runtime.RemoveAsync(request.Id, default);
        (await RunAsync("job.1", Obeying)).ShouldBe(request.Id);
        (await Runtime.FindAsync(request.Id, default)).ShouldNotBeNull().State.ShouldBe(ContainerState.Running);
    }

    [Fact]
    public async Task Watch_WholeLife_TellsEachTurn()
    {
        await using var events = Runtime.WatchAsync(_watching.Token).GetAsyncEnumerator();
        (await NextAsync(events)).Kind.ShouldBe(RuntimeEventKind.Resync);
        await ListeningAsync();
        var request = Request("job.1", Ending(3));
        await Runtime.PrepareAsync(request, default);
        await Runtime.StartAsync(request.Id, default);
        await ReadUntilAsync(events, RuntimeEventKind.Started);
        var exited = await ReadUntilAsync(events, RuntimeEventKind.Exited);
        await Runtime.RemoveAsync(request.Id, default);
        var removed = await ReadUntilAsync(events, RuntimeEventKind.Removed);

        exited.Id.ShouldBe(request.Id);
        exited.Exit.ShouldNotBeNull().Code.ShouldBe(3);
        removed.Id.ShouldBe(request.Id);
    }

    [Fact]
    public async Task Reopen_RunningAndExited_AreAdopted()
    {
        var running = await RunAsync("web.1", Obeying);
        var ended = await RunAsync("job.1", Ending(3));
        var before = await Runtime.FindAsync(running, default);
        var exit = await Runtime.WaitAsync(ended, default).WaitAsync(Limit);

        await Runtime.DisposeAsync();
        _runtime = await OpenAsync();

        (await Runtime.SweepAsync(default)).ShouldBeEmpty();
        var after = await Runtime.FindAsync(running, default);
        after.ShouldNotBeNull().State.ShouldBe(ContainerState.Running);
        after.ProcessId.ShouldBe(before!.ProcessId);
        after.StartedAt.ShouldBe(before.StartedAt);
        after.OwnerLabels.ShouldBe(before.OwnerLabels);
        (await Runtime.WaitAsync(ended, default).WaitAsync(Limit)).ShouldBe(exit);
        (await Runtime.StopAsync(running, Terminate, Limit, default).WaitAsync(Limit)).ShouldNotBeNull().Code.ShouldBe(0);
    }

    [Fact]
    public async Task Exec_InputAndOutput_PassThroughToTheEnd()
    {
        var id = await RunAsync("web.1", Obeying);
        await using var session = await Runtime.ExecAsync(id, new ExecRequest { Command = ["cat"], Stdin = true }, default);
        await session.Stdin!.WriteAsync("one\ntwo\n"u8.ToArray());
        await session.Stdin.DisposeAsync();
        (await ReadAsync(session.Stdout)).ShouldBe("one\ntwo\n");
        (await ReadAsync(session.Stderr)).ShouldBe("");
        (await session.Completion.WaitAsync(Limit)).ShouldBe(0);
    }

    [Fact]
    public async Task Exec_CodeOfItsOwn_IsTold()
    {
        var id = await RunAsync("web.1", Obeying);
        await using var session = await Runtime.ExecAsync(id, new ExecRequest { Command = ["sh", "-c", "exit 7"] }, default);
        (await session.Completion.WaitAsync(Limit)).ShouldBe(7);
        session.Stdin.ShouldBeNull();
        (await Runtime.FindAsync(id, default)).ShouldNotBeNull().State.ShouldBe(ContainerState.Running);
    }

    [Fact]
    public async Task Exec_Signal_EndsIt()
    {
        var id = await RunAsync("web.1", Obeying);
        await using var session = await Runtime.ExecAsync(id, new ExecRequest { Command = ["sleep", "1000"] }, default);
        await session.SignalAsync(Terminate, default);
        (await session.Completion.WaitAsync(Limit)).ShouldBe(128 + Terminate);
        await session.SignalAsync(Terminate, default);
    }

    [Fact]
    public async Task Exec_NoSuchCommandOrContainer_IsRefused()
    {
        var id = await RunAsync("web.1", Obeying);
        var command = await Should.ThrowAsync<ContainerRuntimeException>(
            () => Runtime.ExecAsync(id, new ExecRequest { Command = ["no-such-command"] }, default));
        var container = await Should.ThrowAsync<ContainerRuntimeException>(
            () => Runtime.ExecAsync(new("none"), new ExecRequest { Command = ["true"] }, default));
        command.Fault.ShouldBe(RuntimeFault.Invalid);
        command.Message.ShouldBe("web.1: exec: the command 'no-such-command' does not exist in the image");
        container.Fault.ShouldBe(RuntimeFault.NotFound);
    }

    [Fact]
    public async Task Stats_Running_CountAtLeastItsOneProcess()
    {
        var id = await RunAsync("web.1", Obeying);
        var before = TimeProvider.System.GetTimestamp();
        var stats = await Runtime.GetStatsAsync(id, default);
        stats.Timestamp.ShouldBeInRange(before, TimeProvider.System.GetTimestamp());
        stats.Pids.ShouldBeGreaterThanOrEqualTo(1);
        stats.MemoryWithCache.ShouldBeGreaterThan(0);
        var failure = await Should.ThrowAsync<ContainerRuntimeException>(() => Runtime.GetStatsAsync(new("none"), default));
        failure.Fault.ShouldBe(RuntimeFault.NotFound);
    }

    [Fact]
    public async Task Calls_ManyAtOnceForOneContainer_AreOrdered()
    {
        var request = Request("web.1", Obeying);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Runtime.PrepareAsync(request, default)));
        var started = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Runtime.StartAsync(request.Id, default)));
        started.Select(status => status.ProcessId).Distinct().ShouldHaveSingleItem().ShouldNotBeNull();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Runtime.RemoveAsync(request.Id, default)));
        (await Runtime.ListAsync(default)).ShouldBeEmpty();
    }

    protected ContainerRequest Request(string id, ContainerSpec spec, string hash = "one") => new()
    {
        Id = new(id),
        Spec = spec,
        Image = Image,
        OwnerLabels = ImmutableSortedDictionary<string, string>.Empty.Add(OwnerLabels.SpecHash, hash).Add(OwnerLabels.Task, id),
        Hostname = "host",
        LogDirectory = Directory.CreateDirectory(Path.Combine(_logs.Path, id)).FullName,
    };

    protected async Task<ContainerId> RunAsync(string id, ContainerSpec spec)
    {
        var request = Request(id, spec);
        await Runtime.PrepareAsync(request, default);
        await Runtime.StartAsync(request.Id, default);
        await ReadyAsync(request.Id, spec);
        return request.Id;
    }

    /// <summary>Waits until the runtime tells each turn from now on, and not only what it finds when it looks.</summary>
    protected virtual Task ListeningAsync() => Task.CompletedTask;

    /// <summary>Waits until a container behaves as it was made to; one that ends at once is not waited for.</summary>
    protected abstract Task ReadyAsync(ContainerId id, ContainerSpec spec);

    protected static async Task<string> ReadAsync(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync().WaitAsync(Limit);
    }

    protected static async Task<RuntimeEvent> ReadUntilAsync(IAsyncEnumerator<RuntimeEvent> events, RuntimeEventKind kind)
    {
        while (true)
        {
            var change = await NextAsync(events);
            if (change.Kind == kind) return change;
            // Of the kinds that come for sure, none may be skipped; a further call to list everything may come at any time.
            change.Kind.ShouldBe(RuntimeEventKind.Resync, $"while waiting for {kind}");
        }
    }

    protected static async Task<RuntimeEvent> NextAsync(IAsyncEnumerator<RuntimeEvent> events)
    {
        (await events.MoveNextAsync().AsTask().WaitAsync(Limit)).ShouldBeTrue();
        return events.Current;
    }
}
