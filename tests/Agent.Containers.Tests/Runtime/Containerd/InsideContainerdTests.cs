using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Agent.Containers.Tests.Oci;
using Warren.Agent.Images;
using Warren.Agent.Runtime;
using Warren.Agent.Runtime.Containerd;
using Warren.Containers;
using Warren.TestSupport;
using Warren.TestSupport.Containers;
using Warren.TestSupport.Processes;

namespace Warren.Agent.Containers.Tests.Runtime.Containerd;

/// <summary>What a container of the whole way through containerd finds inside, where that way makes a difference to bare runc.</summary>
public sealed class InsideContainerdTests : IAsyncLifetime
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);
    private static readonly ContainerId s_id = new("inside.1");

    private readonly TempFolder _logs = TempFolder.Create("logs");
    private PrivateContainerd _containerd = null!;
    private ContainerdRuntime _runtime = null!;
    private Image _image = null!;

    public async Task InitializeAsync()
    {
        _containerd = await PrivateContainerd.StartNewAsync();
        var image = TestImage.Create("example.test/probe:1", [TestLayer.Busybox(), await ProbeProgram.LayerAsync()]);
        await image.ImportIntoAsync(_containerd);
        _image = new()
        {
            Name = image.Name,
            Digest = image.Digest,
            ManifestDigest = image.Digest,
            ChainId = image.ChainId,
            Config = new() { Entrypoint = ["/probe"], Cmd = ["trap"], Env = ["FROM=image"], WorkingDirectory = "/home/web" },
            Size = image.Manifest.Length,
            Platforms = ["linux/" + TestPlatform.Architecture],
        };
        var options = new ContainerdOptions
        {
            SocketPath = _containerd.Socket,
            Namespace = _containerd.Namespace,
            RunDirectory = Path.Combine(_containerd.Folder, "run"),
        };
        _runtime = new(options, TimeProvider.System, NullLogger<ContainerdRuntime>.Instance);
    }

    public async Task DisposeAsync()
    {
        await _runtime.RemoveAsync(s_id, default);
        await _runtime.DisposeAsync();
        await _containerd.DisposeAsync();
        _logs.Dispose();
    }

    [Fact]
    public async Task Process_FromTheImage_HasItsCommandEnvironmentFolderAndNamedUser()
    {
        await StartAsync(Plain() with { User = "web" });

        (await DoAsync("read", "/proc/1/cmdline")).Content().ShouldBe("/probe\0trap\0");
        (await DoAsync("read", "/proc/1/environ")).Content().Split('\0').ShouldContain("FROM=image");
        var report = await DoAsync("report");
        (report.Number("uid"), report.Number("gid")).ShouldBe((1000, 1000));
        report["groups"]!.AsArray().Select(group => group!.GetValue<int>()).Order().ShouldBe([50, 1000]);
        report["env"].Strings().ShouldContain("HOME=/home/web");
        report.Text("cwd").ShouldBe("/home/web");
        report.Text("hostname").ShouldBe("inside");
        (report.Text("seccomp"), report.Text("noNewPrivileges")).ShouldBe(("2", "1"));
    }

    [Fact]
    public async Task Process_UserThatTheImageLacks_IsInvalidAndSaysWhich()
    {
        var failure = await Should.ThrowAsync<ContainerRuntimeException>(() => StartAsync(Plain() with { User = "nobody" }));

        failure.Fault.ShouldBe(RuntimeFault.Invalid);
        failure.Message.ShouldBe("inside.1: user: 'nobody' is not in the image's /etc/passwd");
    }

    [Fact]
    public async Task Init_Asked_IsFirstAndLetsTheSignalThrough()
    {
        await StartAsync(Plain() with { Init = true, Command = ["/bin/sh", "-c", "trap 'exit 7' USR1; : > /tmp/ready; while :; do sleep 0.1; done"] });
        await ExecAsync("sh", "-c", "until [ -e /tmp/ready ]; do sleep 0.01; done");

        (await DoAsync("read", "/proc/1/cmdline")).Content().ShouldStartWith("/dev/warren-init\0--\0/bin/sh\0");
        Warren.Containers.Signals.TryParse("SIGUSR1", out var signal).ShouldBeTrue();
        var exit = await _runtime.StopAsync(s_id, signal, s_limit, default);

        exit.ShouldNotBeNull().Code.ShouldBe(7);
    }

    [Fact]
    public async Task Tty_Asked_IsOnAllThreeStreams()
    {
        await StartAsync(Plain() with
        {
            Tty = true,
            Command = ["/bin/sh", "-c", "for fd in 0 1 2; do [ -t $fd ] || exit 1; done; echo $TERM > /tmp/tty; exec /probe trap"],
        });
        await ExecAsync("sh", "-c", "until [ -s /tmp/tty ]; do sleep 0.01; done");

        (await DoAsync("read", "/tmp/tty")).Content().ShouldBe("xterm");
    }

    [Fact]
    public async Task Stop_IgnoredSignal_IsFollowedByKillAfterTheGracePeriod()
    {
        await StartAsync(Plain() with { Command = ["/bin/sh", "-c", "trap '' TERM; : > /tmp/ready; while :; do sleep 0.1; done"] });
        await ExecAsync("sh", "-c", "until [ -e /tmp/ready ]; do sleep 0.01; done");

        var exit = await _runtime.StopAsync(s_id, Warren.Containers.Signals.Terminate, TimeSpan.FromMilliseconds(300), default);

        exit.ShouldNotBeNull().Code.ShouldBe(128 + Warren.Containers.Signals.Kill);
        exit.OutOfMemory.ShouldBeFalse();
    }

    [Fact]
    public async Task MemoryLimit_Exceeded_IsToldAsSuch()
    {
        using var watching = new CancellationTokenSource();
        var resync = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var outOfMemory = WatchAsync();
        await resync.Task.WaitAsync(s_limit);
        await StartAsync(Plain() with { Args = ["do", "alloc", "67108864"], Resources = new() { MemoryLimit = 32 << 20 } });

        var exit = await _runtime.WaitAsync(s_id, default).WaitAsync(s_limit);

        exit.Code.ShouldBe(128 + Warren.Containers.Signals.Kill);
        exit.OutOfMemory.ShouldBeTrue();
        (await outOfMemory.WaitAsync(s_limit)).ShouldBe(s_id);
        await watching.CancelAsync();

        async Task<ContainerId> WatchAsync()
        {
            await foreach (var item in _runtime.WatchAsync(watching.Token))
            {
                if (item.Kind == RuntimeEventKind.Resync) resync.TrySetResult();
                if (item.Kind == RuntimeEventKind.OutOfMemory) return item.Id;
            }
            throw new InvalidOperationException("the events ended");
        }
    }

    [Fact]
    public async Task Exec_OtherUserAndPrivileged_HasWhatWasAsked()
    {
        await StartAsync(Plain());

        var other = JsonNode.Parse(await RunAsync(new() { Command = ["/probe", "report"], User = "web", WorkingDirectory = "/tmp" }))!;
        var privileged = JsonNode.Parse(await RunAsync(new() { Command = ["/probe", "report"], Privileged = true }))!;

        (other.Number("uid"), other.Text("cwd")).ShouldBe((1000, "/tmp"));
        other.CapabilitySet("effective").ShouldBeEmpty();
        privileged.CapabilitySet("effective").Length.ShouldBeGreaterThan(35);
    }

    [Fact]
    public async Task Mount_SharedInAPrivateMountOfTheNode_IsInvalid()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_containerd.Folder, "private")).FullName;
        await Tool.RunAsync("mount", ["-t", "tmpfs", "tmpfs", folder]);
        await Tool.RunAsync("mount", ["--make-private", folder]);

        var failure = await Should.ThrowAsync<ContainerRuntimeException>(
            () => StartAsync(Plain(), [new("bind", folder, "/node", ["rbind", "rshared"])]));

        failure.Fault.ShouldBe(RuntimeFault.Invalid);
        failure.Message.ShouldContain($"asks for shared propagation, but {folder} is in the node's mount {folder}, which is private");
    }

    private static ContainerSpec Plain() => new() { Image = "example.test/probe:1", Network = new() { Mode = NetworkMode.Host } };

    private async Task StartAsync(ContainerSpec spec, ImmutableArray<ContainerMount> mounts = default)
    {
        await _runtime.PrepareAsync(
            new()
            {
                Id = s_id,
                Spec = spec,
                Image = _image,
                OwnerLabels = ImmutableSortedDictionary<string, string>.Empty.Add(OwnerLabels.SpecHash, "hash"),
                Hostname = "inside",
                Mounts = mounts.IsDefault ? [] : mounts,
                LogDirectory = Directory.CreateDirectory(_logs.File(s_id.Value)).FullName,
            },
            default);
        await _runtime.StartAsync(s_id, default);
    }

    private async Task<JsonNode> DoAsync(params string[] command) => JsonNode.Parse(await ExecAsync(["/probe", "do", .. command]))!;

    private Task<string> ExecAsync(params string[] command) => RunAsync(new() { Command = [.. command] });

    private async Task<string> RunAsync(ExecRequest request)
    {
        await using var session = await _runtime.ExecAsync(s_id, request, default);
        using var reader = new StreamReader(session.Stdout, Encoding.UTF8);
        var output = await reader.ReadToEndAsync().WaitAsync(s_limit);
        (await session.Completion.WaitAsync(s_limit)).ShouldBe(0, output);
        return output;
    }
}
