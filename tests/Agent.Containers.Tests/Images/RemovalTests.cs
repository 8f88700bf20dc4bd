using Google.Protobuf.WellKnownTypes;
using Warren.Agent.Images;
using Warren.Agent.Images.Containerd;
using Warren.Agent.Runtime.Containerd;
using Warren.Containers;
using Warren.Images;
using Warren.TestSupport.Containers;

namespace Warren.Agent.Containers.Tests.Images;

/// <summary>Removal, and collection by how full the disk is.</summary>
[Collection(ImagesCollection.Name)]
public sealed class RemovalTests(ImagesFixture fixture)
{
    private static readonly ImageCollectionPolicy s_policy = new() { MinAge = TimeSpan.Zero };
    private static readonly HashSet<string> s_none = [];

    [Fact]
    public async Task Remove_Unused_TakesItsLayersAndBlobsButNotThoseOfOthers()
    {
        var below = TestLayers.Random(10_000);
        await using var store = fixture.CreateStore();
        var (one, first) = await PullAsync(store, below, TestLayers.Random(1000, "one"));
        var (two, second) = await PullAsync(store, below, TestLayers.Random(1000, "two"));

        await store.RemoveAsync(one, CancellationToken.None);
        (await store.FindAsync(one, CancellationToken.None)).ShouldBeNull();
        (await store.FindAsync(two, CancellationToken.None)).ShouldNotBeNull();
        var content = await fixture.ContentAsync();
        content.ShouldNotContain(TestImage.DigestOf(first.Layers[1]));
        content.ShouldContain(TestImage.DigestOf(second.Layers[0]));
        var snapshots = await fixture.SnapshotsAsync();
        snapshots.ShouldNotContain(first.Image.ChainId);
        snapshots.ShouldContain(second.Image.ChainId);

        await store.RemoveAsync(two, CancellationToken.None);
        await store.RemoveAsync(two, CancellationToken.None);
        (await fixture.ContentAsync()).ShouldNotContain(TestImage.DigestOf(second.Layers[0]));
        (await fixture.SnapshotsAsync()).ShouldNotContain(second.Image.ChainId);
    }

    [Fact]
    public async Task Remove_InUse_IsRefusedWithTheContainersNames()
    {
        await using var store = fixture.CreateStore();
        var (reference, pushed) = await PullAsync(store, TestLayers.Random(1000));
        await MakeContainerAsync("web.1", pushed.Digest);
        try
        {
            var failure = await Should.ThrowAsync<ImageException>(store.RemoveAsync(reference, CancellationToken.None));
            failure.Fault.ShouldBe(ImageFault.InUse);
            failure.Message.ShouldContain("web.1");
            (await store.ListAsync(CancellationToken.None)).Single(use => use.Image.Name == reference.ToString()).Containers.ShouldBe(["web.1"]);
        }
        finally
        {
            await RemoveContainerAsync("web.1");
        }
        await store.RemoveAsync(reference, CancellationToken.None);
        (await store.FindAsync(reference, CancellationToken.None)).ShouldBeNull();
    }

    [Fact]
    public async Task Collect_BelowTheHighMark_RemovesNothing()
    {
        await using var store = fixture.CreateStore(measure: _ => new(84, 16));
        var (reference, _) = await PullAsync(store, TestLayers.Random(1000));
        (await store.CollectAsync(s_policy, s_none, CancellationToken.None)).ShouldBeLike(new ImageCollection([], 84, 84, true));
        (await store.FindAsync(reference, CancellationToken.None)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Collect_FullDisk_RemovesTheLongestUnusedUntilTheLowMark()
    {
        var time = new SteppedTime();
        var used = 90;
        await using var store = fixture.CreateStore(measure: _ => new(used, 100 - used), time: time);
        var (a, _) = await PullAsync(store, TestLayers.Random(1000));
        time.Advance(TimeSpan.FromHours(1));
        var (b, _) = await PullAsync(store, TestLayers.Random(1000));
        var (c, pushed) = await PullAsync(store, TestLayers.Random(1000));
        time.Advance(TimeSpan.FromHours(1));
        // The use makes the oldest the youngest.
        await store.TouchAsync((await store.FindAsync(a, CancellationToken.None))!, CancellationToken.None);
        time.Advance(TimeSpan.FromHours(1));
        await MakeContainerAsync("web.2", pushed.Digest);
        try
        {
            var others = (await store.ListAsync(CancellationToken.None)).Select(use => use.Image.Name).Except([a.ToString(), b.ToString(), c.ToString()]).ToHashSet();
            var collection = await store.CollectAsync(s_policy, others, CancellationToken.None);
            collection.Removed.ShouldBe([b.ToString(), a.ToString()]);
            collection.ReachedLowMark.ShouldBeFalse();
            (await store.FindAsync(c, CancellationToken.None)).ShouldNotBeNull();
        }
        finally
        {
            await RemoveContainerAsync("web.2");
        }
    }

    [Fact]
    public async Task Collect_AtTheLowMark_Stops()
    {
        var time = new SteppedTime();
        // Measured once before, and then after each image.
        var percents = new Queue<int>([90, 80]);
        await using var store = fixture.CreateStore(measure: _ => percents.Dequeue() is var used ? new(used, 100 - used) : null!, time: time);
        var (a, _) = await PullAsync(store, TestLayers.Random(1000));
        time.Advance(TimeSpan.FromHours(1));
        var (b, _) = await PullAsync(store, TestLayers.Random(1000));
        time.Advance(TimeSpan.FromHours(1));
        var others = (await store.ListAsync(CancellationToken.None)).Select(use => use.Image.Name).Except([a.ToString(), b.ToString()]).ToHashSet();
        (await store.CollectAsync(s_policy, others, CancellationToken.None)).ShouldBeLike(new ImageCollection([a.ToString()], 90, 80, true));
        (await store.FindAsync(b, CancellationToken.None)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Collect_LeftoversOfBrokenPulls_AreClearedOnceTheyAreOld()
    {
        var time = new SteppedTime();
        var repository = fixture.NewRepository();
        var pushed = await fixture.Registry.PushAsync(repository, "1", TestImage.Create("x", [TestLayers.Random(4_000_000)]), LayerPacking.Plain);
        await using var link = new GatedLink(fixture.Registry.Port, 2_500_000);
        fixture.Trust(link.Host);
        await using var store = fixture.CreateStore(measure: _ => new(1, 99));
        using var leaving = new CancellationTokenSource();
        var progress = new ProgressRecorder();
        var pull = store.PullAsync(ImageReferences.Parse($"{link.Host}/{repository}:1"), fixture.Credentials, progress, leaving.Token);
        await progress.WhenAsync(now => now.BytesDone > 1_000_000);
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(pull);

        (await fixture.CreateStore(measure: _ => new(1, 99)).CollectAsync(s_policy, s_none, CancellationToken.None)).Removed.ShouldBeEmpty();
        (await fixture.Containerd.CtrAsync("leases", "ls", "-q")).ShouldNotBe("");

        time.Advance(TimeProvider.System.GetUtcNow() - time.GetUtcNow() + TimeSpan.FromDays(1.5));
        await using var later = fixture.CreateStore(measure: _ => new(1, 99), time: time);
        await later.CollectAsync(s_policy, s_none, CancellationToken.None);
        await fixture.ShouldHoldNoLeftoversAsync();
        (await fixture.ContentAsync()).ShouldNotContain(TestImage.DigestOf(pushed.Image.Config));
    }

    [Fact]
    public async Task Collect_RealDisk_IsMeasured()
    {
        await using var store = fixture.CreateStore();
        var collection = await store.CollectAsync(new() { HighPercent = 100, LowPercent = 99 }, s_none, CancellationToken.None);
        collection.PercentBefore.ShouldBeInRange(0, 100);
    }

    private async Task<(ImageReference Reference, PackedImage Image)> PullAsync(ContainerdImageStore store, params TestLayer[] layers)
    {
        var repository = fixture.NewRepository();
        var pushed = await fixture.Registry.PushAsync(repository, "1", TestImage.Create("x", layers));
        var reference = fixture.Reference(repository);
        await store.PullAsync(reference, fixture.Credentials, null, CancellationToken.None);
        return (reference, pushed);
    }

    // As the runtime makes the record.
    private async Task MakeContainerAsync(string name, string digest) => await fixture.Connection.Containers.CreateAsync(
        new()
        {
            Container = new()
            {
                Id = name,
                Runtime = new() { Name = "io.containerd.runc.v2" },
                Spec = new Any { TypeUrl = "types.containerd.io/opencontainers/runtime-spec/1/Spec" },
                Labels = { [ContainerLabels.ImageDigest] = digest },
            },
        },
        fixture.Connection.Short(CancellationToken.None));

    private async Task RemoveContainerAsync(string name) =>
        await fixture.Connection.Containers.DeleteAsync(new() { Id = name }, fixture.Connection.Short(CancellationToken.None));
}
