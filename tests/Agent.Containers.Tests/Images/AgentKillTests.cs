using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Agent.Images;
using Warren.Agent.Images.Containerd;
using Warren.Containers;
using Warren.Images;
using Warren.TestSupport.Containers;
using Warren.TestSupport.Processes;

namespace Warren.Agent.Containers.Tests.Images;

/// <summary>Agents that are killed in the middle of a pull, and containerd too.</summary>
[Collection(ImagesCollection.Name)]
public sealed class AgentKillTests(ImagesFixture fixture)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Kill_InTheMiddleOfALayer_TheNextAgentGoesOnThereAndNothingLeaks()
    {
        var repository = fixture.NewRepository();
        var pushed = await fixture.Registry.PushAsync(
            repository, "1", TestImage.Create("x", [TestLayers.Random(1_000_000, "a"), TestLayers.Random(6_000_000, "b")]), LayerPacking.Plain);
        await using var link = new GatedLink(fixture.Registry.Port, 5_000_000);
        fixture.Trust(link.Host);
        var reference = $"{link.Host}/{repository}:1";
        await using (var agent = Start(reference))
        {
            while (BytesIn(await agent.LineAsync("progress", s_limit)) < 2_000_000)
            {
                // Until a good part is there.
            }
            agent.Send(Signal.Kill);
            await agent.Exited;
        }
        link.Open();

        await using var store = fixture.CreateStore();
        var progress = new ProgressRecorder();
        var image = await store.PullAsync(ImageReferences.Parse(reference), fixture.Credentials, progress, CancellationToken.None).WaitAsync(s_limit);
        image.ChainId.ShouldBe(pushed.Image.ChainId);
        (await fixture.Registry.RequestsAsync()).ShouldContain($"GET /v2/{repository}/blobs/{TestImage.DigestOf(pushed.Layers[1])} 206");
        await fixture.ShouldHoldNoLeftoversAsync();

        await store.RemoveAsync(ImageReferences.Parse(reference), CancellationToken.None);
        (await fixture.ContentAsync()).ShouldNotContain(TestImage.DigestOf(pushed.Layers[1]));
        (await fixture.SnapshotsAsync()).ShouldNotContain(image.ChainId);
    }

    [Fact]
    public async Task Kill_AtManyMoments_TheImageIsWholeInTheEndAndNothingLeaks()
    {
        var repository = fixture.NewRepository();
        var pushed = await fixture.Registry.PushAsync(
            repository, "1", TestImage.Create("x", [.. Enumerable.Range(0, 6).Select(i => TestLayers.Random(3_000_000, $"file{i}"))]));
        var reference = fixture.Reference(repository).ToString();
        var random = new Random(11);
        for (var round = 0; round < 6; round++)
        {
            await using var agent = Start(reference);
            // From the first sign of life on, which is when it resolves, to when it is done.
            await agent.LineAsync("progress", s_limit);
            await Task.WhenAny(agent.Exited, Task.Delay(random.Next(0, 400)));
            agent.Send(Signal.Kill);
            await agent.Exited;
        }
        await using var store = fixture.CreateStore();
        var image = await store.PullAsync(ImageReferences.Parse(reference), fixture.Credentials, null, CancellationToken.None).WaitAsync(s_limit);
        image.ChainId.ShouldBe(pushed.Image.ChainId);
        await using (var view = await SnapshotView.MountAsync(fixture.Connection, image.ChainId))
        {
            for (var i = 0; i < 6; i++) new FileInfo(view.PathOf($"file{i.ToString(CultureInfo.InvariantCulture)}")).Length.ShouldBe(3_000_000);
        }
        await store.RemoveAsync(ImageReferences.Parse(reference), CancellationToken.None);
        await fixture.ShouldHoldNoLeftoversAsync();
        (await fixture.SnapshotsAsync()).ShouldNotContain(image.ChainId);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Kill_AfterTheImageIsNamed_TheNextPullEndsTheLease(bool refresh)
    {
        await using var store = fixture.CreateStore();
        var (reference, image) = await PullToTheNameAsync(store);
        var again = await store.PullAsync(reference, fixture.Credentials with { Refresh = refresh }, null, CancellationToken.None).WaitAsync(s_limit);
        again.ChainId.ShouldBe(image.ChainId);
        await fixture.ShouldHoldNoLeftoversAsync();
        (await fixture.SnapshotsAsync()).ShouldContain(image.ChainId);
    }

    [Fact]
    public async Task Kill_AfterTheImageIsNamed_ItsRemovalTakesTheLayersToo()
    {
        await using var store = fixture.CreateStore();
        var (reference, image) = await PullToTheNameAsync(store);
        await store.RemoveAsync(reference, CancellationToken.None);
        (await fixture.SnapshotsAsync()).ShouldNotContain(image.ChainId);
        await fixture.ShouldHoldNoLeftoversAsync();
    }

    [Fact]
    public async Task Kill_OfContainerdInTheMiddle_IsUnavailableAndTheNextPullGoesOn()
    {
        var repository = fixture.NewRepository();
        var pushed = await fixture.Registry.PushAsync(repository, "1", TestImage.Create("x", [TestLayers.Random(6_000_000)]), LayerPacking.Plain);
        await using var link = new GatedLink(fixture.Registry.Port, 4_000_000);
        fixture.Trust(link.Host);
        await using var store = fixture.CreateStore();
        var reference = ImageReferences.Parse($"{link.Host}/{repository}:1");
        var progress = new ProgressRecorder();
        var pull = store.PullAsync(reference, fixture.Credentials, progress, CancellationToken.None);
        await progress.WhenAsync(now => now.BytesDone > 1_000_000);
        await fixture.Containerd.KillAsync();
        try
        {
            link.Open();
            (await Should.ThrowAsync<ImageException>(pull.WaitAsync(s_limit))).Fault.ShouldBe(ImageFault.RuntimeUnavailable);
            (await Should.ThrowAsync<ImageException>(store.FindAsync(reference, CancellationToken.None))).Fault.ShouldBe(ImageFault.RuntimeUnavailable);
        }
        finally
        {
            await fixture.Containerd.StartAsync();
        }

        (await store.PullAsync(reference, fixture.Credentials, null, CancellationToken.None).WaitAsync(s_limit)).ChainId.ShouldBe(pushed.Image.ChainId);
        (await fixture.Registry.RequestsAsync()).ShouldContain($"GET /v2/{repository}/blobs/{TestImage.DigestOf(pushed.Layers[0])} 206");
        await fixture.ShouldHoldNoLeftoversAsync();
    }

    // As an agent leaves it that is killed after it has named the image, and before it ends the lease.
    private async Task<(ImageReference Reference, Image Image)> PullToTheNameAsync(ContainerdImageStore store)
    {
        var repository = fixture.NewRepository();
        await fixture.Registry.PushAsync(repository, "1", TestImage.Create("x", [TestLayers.Random(1000)]));
        var reference = fixture.Reference(repository);
        var image = await store.PullAsync(reference, fixture.Credentials, null, CancellationToken.None).WaitAsync(s_limit);
        var leases = new PullLeases(
            fixture.Connection, fixture.ContainerdOptions().Snapshotter, fixture.Options(), TimeProvider.System, NullLogger.Instance);
        var lease = await leases.OpenAsync(reference.ToString(), CancellationToken.None);
        await leases.AddLayerAsync(lease, image.ChainId, CancellationToken.None);
        return (reference, image);
    }

    private ChildProcess Start(string reference)
    {
        var order = new PullOrder(
            fixture.Containerd.Socket,
            fixture.Containerd.Namespace,
            fixture.Options().RegistriesFile,
            fixture.Options().DataDirectory,
            reference,
            fixture.Registry.User,
            fixture.Registry.Password);
        return ChildProcess.Start(
            "pulling agent", "dotnet", [typeof(AgentKillTests).Assembly.Location, PullingAgent.Role, JsonSerializer.Serialize(order)]);
    }

    private static long BytesIn(string line) => long.Parse(line.Split(' ')[2], CultureInfo.InvariantCulture);
}
