using System.Collections.Immutable;
using Warren.Agent.Runtime;
using Warren.Agent.Runtime.Containerd;
using Warren.Containers;
using Warren.Images;
using Warren.TestSupport.Containers;

namespace Warren.Agent.Containers.Tests.Runtime.Containerd;

/// <summary>One container on a private containerd, the same in the test and in the agents that it kills.</summary>
internal sealed class CrashScene
{
    /// <summary>SIGTERM, which the container does not heed, so that every step of stopping comes.</summary>
    public const int Ask = 15;

    public static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(100);

    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly Place _place;

    private CrashScene(Place place) => _place = place;

    public static ContainerId Id { get; } = new("web.1");

    public string RunFolder => Path.Combine(_place.Folder, "run");

    public string Logs => Path.Combine(_place.Folder, "logs");

    /// <summary>A line for each time that the container's process began.</summary>
    public string Starts => Path.Combine(_place.Folder, "starts");

    /// <summary>The runc program to use.</summary>
    public string Runc { get; set; } = "runc";

    public static CrashScene On(ContainerdFixture fixture) => At(new(
        fixture.Containerd.Folder, fixture.Containerd.Socket, fixture.Containerd.Namespace, fixture.Source.Digest, fixture.Source.ChainId));

    public static CrashScene At(Place place)
    {
        var scene = new CrashScene(place);
        Directory.CreateDirectory(scene.Logs);
        Directory.CreateDirectory(scene.Starts);
        return scene;
    }

    public Place ToPlace() => _place;

    public int CountStarts() => File.Exists(StartsFile) ? File.ReadAllLines(StartsFile).Length : 0;

    public void ForgetStarts() => File.Delete(StartsFile);

    public ContainerdOptions Options() => new()
    {
        SocketPath = _place.Socket,
        Namespace = _place.Namespace,
        StateDirectory = Path.Combine(_place.Folder, "state"),
        RunDirectory = RunFolder,
        RuncBinary = Runc,
        // A killed containerd is back at once here.
        MaxReconnectDelay = TimeSpan.FromMilliseconds(200),
    };

    public ContainerRequest Request() => new()
    {
        Id = Id,
        Spec = new()
        {
            Image = "example.test/busybox:1",
            Command = ["/bin/sh", "-c", "echo x >> /starts/starts; trap '' TERM; : > /tmp/ready; while :; do sleep 1000; done"],
            Network = NetworkSpec.Default with { Mode = NetworkMode.Host },
        },
        Image = new()
        {
            Name = "example.test/busybox:1",
            Digest = _place.Digest,
            ManifestDigest = _place.Digest,
            ChainId = _place.ChainId,
            Config = new ImageConfig { Env = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"] },
            Size = 1,
            Platforms = ImmutableArray.Create("linux/" + TestPlatform.Architecture),
        },
        OwnerLabels = ImmutableSortedDictionary<string, string>.Empty.Add(OwnerLabels.SpecHash, "one"),
        Hostname = "host",
        Mounts = [new("bind", Starts, "/starts", ["rbind", "rw", "rprivate"])],
        LogDirectory = Logs,
    };

    /// <summary>Waits until the container's own command runs: what started it a moment ago would still heed <see cref="Ask"/>.</summary>
    public static async Task ReadyAsync(ContainerdRuntime runtime)
    {
        await using var session = await runtime.ExecAsync(
            Id, new ExecRequest { Command = ["sh", "-c", "until [ -e /tmp/ready ]; do sleep 0.01; done"] }, default);
        (await session.Completion.WaitAsync(Limit)).ShouldBe(0);
    }

    private string StartsFile => Path.Combine(Starts, "starts");

    /// <summary>Where it all is.</summary>
    internal sealed record Place(string Folder, string Socket, string Namespace, string Digest, string ChainId);
}
