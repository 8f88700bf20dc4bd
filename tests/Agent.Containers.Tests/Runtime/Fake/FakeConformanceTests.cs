using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Agent.Images;
using Warren.Agent.Runtime;
using Warren.Agent.Runtime.Fake;
using Warren.Containers;
using Warren.TestSupport;

namespace Warren.Agent.Containers.Tests.Runtime.Fake;

/// <summary>The suite on the fake.</summary>
public sealed class FakeConformanceTests : RuntimeConformance
{
    private readonly TempFolder _folder = TempFolder.Create("fake");

    protected override Image Image { get; } = new()
    {
        Name = "example.test/web:1",
        Digest = "sha256:1",
        ManifestDigest = "sha256:1",
        ChainId = "sha256:2",
        Config = new(),
        Size = 1,
        Platforms = ImmutableArray.Create("linux/amd64"),
    };

    protected override ContainerSpec Obeying => Spec("");

    protected override ContainerSpec Stubborn => Spec("stubborn");

    protected override ContainerSpec Missing => Spec("missing-no-such-command");

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    protected override ContainerSpec Ending(int code) => Spec($"after-0ms.exit-{code}");

    protected override Task ReadyAsync(ContainerId id, ContainerSpec spec) => Task.CompletedTask;

    protected override Task<IContainerRuntime> OpenAsync() => Task.FromResult<IContainerRuntime>(
        new FakeRuntime(new() { StateFile = _folder.File("state") }, TimeProvider.System, NullLogger<FakeRuntime>.Instance));

    private static ContainerSpec Spec(string behaviour) => new()
    {
        Image = "example.test/web:1",
        Env = ImmutableSortedDictionary<string, string>.Empty.Add("WARREN_FAKE", behaviour),
    };
}
