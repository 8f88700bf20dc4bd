using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Agent.Runtime;
using Warren.Agent.Runtime.Containerd;
using Warren.Agent.Runtime.Preflight;
using Warren.Containers;
using Warren.TestSupport;
using Warren.TestSupport.Processes;

namespace Warren.Agent.Containers.Tests.Runtime.Containerd;

/// <summary>What only real containers show: seen from inside them and from the kernel.</summary>
public sealed class ContainerdRuntimeTests(ContainerdFixture fixture) : IClassFixture<ContainerdFixture>, IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);
    private static readonly ContainerId s_id = new("web.1");
    private static readonly NetworkSpec s_host = NetworkSpec.Default with { Mode = NetworkMode.Host };
    private readonly TempFolder _folder = TempFolder.Create("runtime");
    private ContainerdRuntime? _runtime;

    private ContainerdRuntime Runtime => _runtime ?? throw new InvalidOperationException("The runtime was not opened.");

    public Task InitializeAsync()
    {
        Reopen();
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        foreach (var status in await Runtime.ListAsync(default)) await Runtime.RemoveAsync(status.Id, default);
        await Runtime.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Exit_WhileNoAgentRuns_IsToldWithItsCodeAndTime()
    {
        await RunAsync("until [ -e /shared/go ]; do sleep 0.05; done; exit 5");
        await Runtime.DisposeAsync();
        var before = TimeProvider.System.GetUtcNow().AddSeconds(-1);
        await File.WriteAllTextAsync(_folder.File("go"), "");
        // The shim's first process ends; nobody but the kernel is there to say so.
        await WaitUntilAsync(async () => (await fixture.Containerd.CtrAsync("tasks", "ls")).Contains("STOPPED", StringComparison.Ordinal));
        var after = TimeProvider.System.GetUtcNow().AddSeconds(1);
        Reopen();
        var listed = (await Runtime.ListAsync(default)).ShouldHaveSingleItem();
        listed.State.ShouldBe(ContainerState.Exited);
        listed.Exit.ShouldNotBeNull().Code.ShouldBe(5);
        listed.Exit.At.ShouldBeInRange(before, after);
        listed.Exit.OutOfMemory.ShouldBeFalse();
        (await Runtime.WaitAsync(s_id, default).WaitAsync(s_limit)).ShouldBe(listed.Exit);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task MemoryLimit_Passed_IsReportedAsOom(bool whileNoAgentRuns)
    {
        await using var events = Runtime.WatchAsync(default).GetAsyncEnumerator();
        // Watching begins with the first event, which says to list everything.
        (await events.MoveNextAsync()).ShouldBeTrue();
        await RunAsync(
            "until [ -e /shared/go ]; do sleep 0.05; done; exec awk 'BEGIN { x = \"0123456789\"; while (1) x = x x }'",
            ResourceSpec.Default with { MemoryLimit = 16 * 1024 * 1024 });
        if (whileNoAgentRuns) await Runtime.DisposeAsync();
        await File.WriteAllTextAsync(_folder.File("go"), "");
        if (whileNoAgentRuns)
        {
            await WaitUntilAsync(async () => (await fixture.Containerd.CtrAsync("tasks", "ls")).Contains("STOPPED", StringComparison.Ordinal));
            Reopen();
        }
        var exit = await Runtime.WaitAsync(s_id, default).WaitAsync(s_limit);
        exit.OutOfMemory.ShouldBeTrue();
        exit.Code.ShouldBe(128 + 9);
        if (whileNoAgentRuns) return;
        while (true)
        {
            (await events.MoveNextAsync().AsTask().WaitAsync(s_limit)).ShouldBeTrue();
            if (events.Current.Kind == RuntimeEventKind.OutOfMemory) break;
        }
        events.Current.Id.ShouldBe(s_id);
    }

    [Fact]
    public async Task Stats_WorkingContainer_MatchWhatItDoes()
    {
        await RunAsync(
            """
            sleep 1000 & sleep 1000 & sleep 1000 &
            dd if=/dev/zero of=/big bs=1M count=24 2>/dev/null
            dd if=/dev/zero of=/dev/shm/held bs=1M count=16 2>/dev/null
            : > /tmp/ready
            while :; do :; done
            """,
            ResourceSpec.Default with { MemoryLimit = 128 * 1024 * 1024, PidsLimit = 50, CpuLimitMillicores = 200 });
        await ReadyAsync();
        var first = await Runtime.GetStatsAsync(s_id, default);
        ContainerStats second;
        do
        {
            await Task.Delay(100);
            second = await Runtime.GetStatsAsync(s_id, default);
        }
        while (second.At - first.At < TimeSpan.FromSeconds(2));

        first.Pids.ShouldBe(4);
        first.PidsLimit.ShouldBe(50);
        first.MemoryLimit.ShouldBe(128 * 1024 * 1024);
        first.MemoryWithCache.ShouldBeGreaterThan(40L * 1024 * 1024);
        first.Memory.ShouldBeInRange(16L * 1024 * 1024, first.MemoryWithCache - (20L * 1024 * 1024));
        // It would take a whole core, and gets a fifth of one.
        var used = second.CpuTime - first.CpuTime;
        used.ShouldBeInRange(TimeSpan.FromMilliseconds(20), (second.At - first.At) * 0.5);
        second.CpuThrottled.ShouldBeGreaterThan(first.CpuThrottled);
        first.NetworkReceived.ShouldBeNull();
    }

    [Fact]
    public async Task Exec_Terminal_HasTheSizeItIsGiven()
    {
        await RunAsync("sleep 1000");
        var request = new ExecRequest
        {
            Command = ["sh", "-c", "stty size; read line; stty size; test -t 0 && echo \"tty $line\""],
            Tty = true,
            Stdin = true,
            Size = new(100, 30),
        };
        await using var session = await Runtime.ExecAsync(s_id, request, default);
        using var output = new StreamReader(session.Stdout);
        (await output.ReadLineAsync().WaitAsync(s_limit)).ShouldBe("30 100");
        await session.ResizeAsync(new(132, 50), default);
        await session.Stdin!.WriteAsync("go\n"u8.ToArray());
        var rest = await output.ReadToEndAsync().WaitAsync(s_limit);
        rest.ShouldContain("50 132");
        rest.ShouldContain("tty go");
        (await session.Completion.WaitAsync(s_limit)).ShouldBe(0);
    }

    [Fact]
    public async Task Exec_UserFolderAndEnvironment_AreThoseAskedFor()
    {
        await RunAsync("sleep 1000");
        var asked = await OutputAsync(new()
        {
            Command = ["sh", "-c", "id -un; id -gn; pwd; echo $GREETING"],
            User = "web",
            WorkingDirectory = "/home/web",
            Env = ImmutableSortedDictionary<string, string>.Empty.Add("GREETING", "hello"),
        });
        var plain = await OutputAsync(new() { Command = ["sh", "-c", "id -un; grep CapEff /proc/self/status"] });
        var privileged = await OutputAsync(new() { Command = ["sh", "-c", "grep CapEff /proc/self/status"], Privileged = true });

        asked.ShouldBe("web\nweb\n/home/web\nhello\n");
        plain.ShouldStartWith("root\n");
        Capabilities(privileged).ShouldBeGreaterThan(Capabilities(plain));
        ulong Capabilities(string text) => ulong.Parse(text.Trim().Split('\t')[^1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Exec_NobodyReads_HoldsUpNobodyElse()
    {
        await RunAsync("sleep 1000");
        var flood = await Runtime.ExecAsync(s_id, new() { Command = ["sh", "-c", "while :; do echo 0123456789012345678901234567890123456789; done"] }, default);
        for (var i = 0; i < 5; i++) (await OutputAsync(new() { Command = ["echo", "hello"] })).ShouldBe("hello\n");
        (await Runtime.GetStatsAsync(s_id, default)).Pids.ShouldBe(2);
        await flood.DisposeAsync().AsTask().WaitAsync(s_limit);
        (await Runtime.GetStatsAsync(s_id, default)).Pids.ShouldBe(1);
        Directory.Exists(Path.Combine(fixture.Options().RunDirectory, "execs", s_id.Value)).ShouldBeFalse();
    }

    [Fact]
    public async Task Exec_MegabytesBothWays_ArriveWhole()
    {
        await RunAsync("sleep 1000");
        var sent = new byte[3_000_000];
        new Random(7).NextBytes(sent);
        await using var session = await Runtime.ExecAsync(s_id, new() { Command = ["cat"], Stdin = true }, default);
        using var received = new MemoryStream();
        var reading = session.Stdout.CopyToAsync(received);
        await session.Stdin!.WriteAsync(sent).AsTask().WaitAsync(s_limit);
        await session.Stdin.DisposeAsync();
        await reading.WaitAsync(s_limit);
        received.ToArray().ShouldBe(sent);
        (await session.Completion.WaitAsync(s_limit)).ShouldBe(0);
    }

    [Fact]
    public async Task Exec_ContainerRemoved_Ends()
    {
        await RunAsync("sleep 1000");
        await using var session = await Runtime.ExecAsync(s_id, new() { Command = ["sleep", "1000"], Stdin = true }, default);
        await Runtime.RemoveAsync(s_id, default);
        (await session.Completion.WaitAsync(s_limit)).ShouldBe(128 + 9);
        using var output = new StreamReader(session.Stdout);
        (await output.ReadToEndAsync().WaitAsync(s_limit)).ShouldBe("");
    }

    [Fact]
    public async Task Exec_OfAnAgentThatIsGone_IsSweptUp()
    {
        await RunAsync("sleep 1000");
        await Runtime.ExecAsync(s_id, new() { Command = ["sleep", "2000"] }, default);
        await Runtime.DisposeAsync();
        Reopen();
        (await Runtime.SweepAsync(default)).ShouldHaveSingleItem().ShouldMatch("^web.1: exec exec-.* of an agent before this one$");
        (await Runtime.GetStatsAsync(s_id, default)).Pids.ShouldBe(1);
        (await Runtime.SweepAsync(default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Output_BothStreams_AreInTheLogFiles()
    {
        await RunAsync("echo to-stdout; echo to-stderr >&2; exit 0");
        await Runtime.WaitAsync(s_id, default).WaitAsync(s_limit);
        await Runtime.RemoveAsync(s_id, default);
        var log = await File.ReadAllTextAsync(Directory.GetFiles(Logs, "*.log").ShouldHaveSingleItem());
        log.ShouldContain("stdout F to-stdout\n");
        log.ShouldContain("stderr F to-stderr\n");
    }

    [Fact]
    public async Task Terminal_Container_HasOneAndIsLogged()
    {
        await RunAsync("test -t 1 && echo it-is-a-tty; exit 0", tty: true);
        (await Runtime.WaitAsync(s_id, default).WaitAsync(s_limit)).Code.ShouldBe(0);
        await Runtime.RemoveAsync(s_id, default);
        (await File.ReadAllTextAsync(Directory.GetFiles(Logs, "*.log").ShouldHaveSingleItem())).ShouldContain("it-is-a-tty");
    }

    [Fact]
    public async Task GarbageCollection_BetweenPrepareAndStart_TakesNothing()
    {
        var request = Request("sleep 1000");
        await Runtime.PrepareAsync(request, default);
        // Removing any image with --sync runs a whole collection.
        await fixture.Containerd.CtrAsync("images", "tag", fixture.Source.Name, "example.test/other:1");
        await fixture.Containerd.CtrAsync("images", "rm", "--sync", "example.test/other:1");
        (await Runtime.StartAsync(s_id, default)).State.ShouldBe(ContainerState.Running);
    }

    [Fact]
    public async Task Containerd_KilledAndStarted_IsFollowedAgain()
    {
        await RunAsync("until [ -e /shared/go ]; do sleep 0.05; done; exit 4");
        var before = await Runtime.FindAsync(s_id, default);
        var waiting = Runtime.WaitAsync(s_id, default);
        await fixture.Containerd.KillAsync();
        var failure = await Should.ThrowAsync<ContainerRuntimeException>(() => Runtime.FindAsync(s_id, default));
        await fixture.Containerd.StartAsync();

        failure.Fault.ShouldBe(RuntimeFault.Unavailable);
        (await Runtime.FindAsync(s_id, default)).ShouldNotBeNull().ProcessId.ShouldBe(before!.ProcessId);
        await File.WriteAllTextAsync(_folder.File("go"), "");
        (await waiting.WaitAsync(s_limit)).Code.ShouldBe(4);
    }

    [Fact]
    public async Task Exit_WhileContainerdIsDown_IsToldWhenItIsBack()
    {
        await RunAsync("until [ -e /shared/go ]; do sleep 0.05; done; : > /shared/gone; exit 4");
        var waiting = Runtime.WaitAsync(s_id, default);
        await fixture.Containerd.KillAsync();
        await File.WriteAllTextAsync(_folder.File("go"), "");
        await WaitUntilAsync(() => Task.FromResult(File.Exists(_folder.File("gone"))));
        await fixture.Containerd.StartAsync();
        (await waiting.WaitAsync(s_limit)).Code.ShouldBe(4);
    }

    [Fact]
    public async Task Wait_ContainerdWasOnlySlow_EndsOnceItAnswers()
    {
        await Runtime.DisposeAsync();
        var options = fixture.Options();
        (options.CallTimeout, options.MaxReconnectDelay) = (TimeSpan.FromSeconds(5), TimeSpan.FromMilliseconds(200));
        Reopen(options);
        await RunAsync("until [ -e /shared/go ]; do sleep 0.05; done; exit 4");
        var waiting = Runtime.WaitAsync(s_id, default);
        await File.WriteAllTextAsync(_folder.File("go"), "");
        (await waiting.WaitAsync(s_limit)).Code.ShouldBe(4);

        // All that could wake somebody has happened.
        TestSupport.Processes.Signals.Send(fixture.Containerd.ProcessId, Signal.Stop).ShouldBeTrue();
        try
        {
            waiting = Runtime.WaitAsync(s_id, default);
            (await Should.ThrowAsync<ContainerRuntimeException>(() => Runtime.FindAsync(s_id, default))).Fault.ShouldBe(RuntimeFault.Unavailable);
        }
        finally
        {
            TestSupport.Processes.Signals.Send(fixture.Containerd.ProcessId, Signal.Continue).ShouldBeTrue();
        }

        (await waiting.WaitAsync(s_limit)).Code.ShouldBe(4);
    }

    [Fact]
    public async Task Exit_RecordedByACallerThatGivesUp_IsToldToAllWhoWatch()
    {
        var failures = 1;
        await Runtime.DisposeAsync();
        var options = fixture.Options();
        options.StepReached = (step, _, isAfter) => step == ContainerdStep.RecordExit && isAfter && Interlocked.Exchange(ref failures, 0) == 1
            ? throw new OperationCanceledException("the caller gave up")
            : Task.CompletedTask;
        Reopen(options);
        await using var events = Runtime.WatchAsync(default).GetAsyncEnumerator();
        (await NextAsync(events)).Kind.ShouldBe(RuntimeEventKind.Resync);
        await RunAsync("until [ -e /shared/go ]; do sleep 0.05; done; exit 5");
        await File.WriteAllTextAsync(_folder.File("go"), "");
        await WaitUntilAsync(async () =>
        {
            try
            {
                return (await Runtime.FindAsync(s_id, default)).ShouldNotBeNull().State == ContainerState.Exited;
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        });

        RuntimeEvent told;
        do
        {
            told = await NextAsync(events);
        }
        while (told.Kind != RuntimeEventKind.Exited);
        told.Exit.ShouldNotBeNull().Code.ShouldBe(5);
        failures.ShouldBe(0);
    }

    [Fact]
    public async Task Stop_SignalWasNotSent_IsAskedAgainAndNotKilled()
    {
        var failures = 1;
        await Runtime.DisposeAsync();
        var options = fixture.Options();
        options.StepReached = (step, _, isAfter) => step == ContainerdStep.SignalTask && !isAfter && Interlocked.Exchange(ref failures, 0) == 1
            ? throw new RpcException(new Status(StatusCode.Unavailable, "away"))
            : Task.CompletedTask;
        Reopen(options);
        await RunAsync("trap 'exit 0' TERM; : > /tmp/ready; while :; do sleep 1000 & wait; done");
        await ReadyAsync();
        var failure = await Should.ThrowAsync<ContainerRuntimeException>(() => Runtime.StopAsync(s_id, (int)Signal.Terminate, s_limit, default));
        var exit = await Runtime.StopAsync(s_id, (int)Signal.Terminate, s_limit, default).WaitAsync(s_limit);

        failure.Fault.ShouldBe(RuntimeFault.Unavailable);
        exit.ShouldNotBeNull().Code.ShouldBe(0);
    }

    [Fact]
    public async Task List_NameThatIsNotOurs_IsRemoved()
    {
        // One that has just begun to listen looks at all containers, and would end this one while it starts.
        await Runtime.DisposeAsync();
        await fixture.Containerd.CtrAsync("run", "-d", "--net-host", fixture.Source.Name, "Not_Ours", "sleep", "1000");
        Reopen();
        (await Runtime.ListAsync(default)).ShouldBeEmpty();
        (await fixture.Containerd.CtrAsync("containers", "ls", "-q")).Trim().ShouldBe("");
    }

    [Fact]
    public async Task Prepare_UserThatTheImageLacks_IsInvalidAndLeavesNothing()
    {
        var request = Request("true");
        request = request with { Spec = request.Spec with { User = "nobody-here" } };
        var failure = await Should.ThrowAsync<ContainerRuntimeException>(() => Runtime.PrepareAsync(request, default));
        failure.Fault.ShouldBe(RuntimeFault.Invalid);
        failure.Message.ShouldBe("web.1: user: 'nobody-here' is not in the image's /etc/passwd");
        (await Runtime.ListAsync(default)).ShouldBeEmpty();
        (await Runtime.SweepAsync(default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Prepare_ImageNotUnpacked_SaysSo()
    {
        var request = Request("true");
        request = request with { Image = request.Image with { ChainId = "sha256:" + new string('0', 64) } };
        var failure = await Should.ThrowAsync<ContainerRuntimeException>(() => Runtime.PrepareAsync(request, default));
        failure.Message.ShouldContain("is not unpacked on this node; pull it again");
    }

    [Fact]
    public async Task Preflight_ThisMachine_FindsNothingAndThenWhatIsTakenAway()
    {
        (await WorkerPreflight.CheckAsync(fixture.Options(), TimeProvider.System, default)).ShouldBeEmpty();
        var options = fixture.Options();
        options.SocketPath = _folder.File("none.sock");
        options.RuncBinary = _folder.File("runc");
        (await WorkerPreflight.CheckAsync(options, TimeProvider.System, default)).ShouldBe(
        [
            $"containerd does not answer: containerd cannot be reached (there is no socket {options.SocketPath}); look at 'systemctl status containerd'",
            $"{options.RuncBinary} is not installed or cannot be run; install the Debian package runc",
        ]);
    }

    private string Logs => Directory.CreateDirectory(_folder.File("logs")).FullName;

    private void Reopen(ContainerdOptions? options = null) =>
        _runtime = new(options ?? fixture.Options(), TimeProvider.System, NullLogger<ContainerdRuntime>.Instance);

    private ContainerRequest Request(string script, ResourceSpec? resources = null, bool tty = false) => new()
    {
        Id = s_id,
        Spec = new()
        {
            Image = fixture.Source.Name,
            Command = ["/bin/sh", "-c", script],
            Network = s_host,
            Resources = resources ?? ResourceSpec.Default,
            Tty = tty,
        },
        Image = fixture.Image,
        OwnerLabels = ImmutableSortedDictionary<string, string>.Empty.Add(OwnerLabels.SpecHash, "one"),
        Hostname = "host",
        Mounts = [new("bind", _folder.Path, "/shared", ["rbind", "rw", "rprivate"])],
        LogDirectory = Logs,
    };

    private async Task RunAsync(string script, ResourceSpec? resources = null, bool tty = false)
    {
        await Runtime.PrepareAsync(Request(script, resources, tty), default);
        await Runtime.StartAsync(s_id, default);
    }

    private async Task ReadyAsync() =>
        (await OutputAsync(new() { Command = ["sh", "-c", "until [ -e /tmp/ready ]; do sleep 0.05; done; echo ready"] })).ShouldBe("ready\n");

    private async Task<string> OutputAsync(ExecRequest request)
    {
        await using var session = await Runtime.ExecAsync(s_id, request, default);
        using var output = new StreamReader(session.Stdout, Encoding.UTF8);
        var text = await output.ReadToEndAsync().WaitAsync(s_limit);
        (await session.Completion.WaitAsync(s_limit)).ShouldBe(0);
        return text;
    }

    private static async Task<RuntimeEvent> NextAsync(IAsyncEnumerator<RuntimeEvent> events)
    {
        (await events.MoveNextAsync().AsTask().WaitAsync(s_limit)).ShouldBeTrue();
        return events.Current;
    }

    private static async Task WaitUntilAsync(Func<Task<bool>> isSo)
    {
        using var limit = new CancellationTokenSource(s_limit);
        while (!await isSo()) await Task.Delay(50, limit.Token);
    }
}
