using System.Collections.Immutable;
using Warren.Agent.Images;
using Warren.Agent.Runtime.Containerd;
using Warren.Images;
using Warren.TestSupport.Containers;

namespace Warren.Agent.Containers.Tests.Runtime.Containerd;

/// <summary>One containerd for the tests of a class, with an image of busybox.</summary>
public sealed class ContainerdFixture : IAsyncLifetime
{
    private PrivateContainerd? _containerd;

    public PrivateContainerd Containerd => _containerd ?? throw new InvalidOperationException("containerd was not started.");

    public TestImage Source { get; } = TestImage.Busybox();

    public Image Image => new()
    {
        Name = Source.Name,
        Digest = Source.Digest,
        ManifestDigest = Source.Digest,
        ChainId = Source.ChainId,
        Config = new ImageConfig { Cmd = ["/bin/sh"], Env = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"] },
        Size = Source.Manifest.Length,
        Platforms = ImmutableArray.Create("linux/" + TestPlatform.Architecture),
    };

    public async Task InitializeAsync()
    {
        _containerd = await PrivateContainerd.StartNewAsync();
        await Source.ImportIntoAsync(_containerd);
    }

    public async Task DisposeAsync()
    {
        if (_containerd is not null) await _containerd.DisposeAsync();
    }

    public ContainerdOptions Options() => new()
    {
        SocketPath = Containerd.Socket,
        Namespace = Containerd.Namespace,
        StateDirectory = Containerd.State,
        RunDirectory = Path.Combine(Containerd.Folder, "run"),
    };
}
