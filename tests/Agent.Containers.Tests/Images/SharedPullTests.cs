using Warren.Agent.Images;
using Warren.Images;
using Warren.TestSupport.Containers;

namespace Warren.Agent.Containers.Tests.Images;

/// <summary>Pulls at the same time, and pulls whose connection breaks.</summary>
[Collection(ImagesCollection.Name)]
public sealed class SharedPullTests(ImagesFixture fixture)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Pull_SameImageManyTimesAtOnce_GetsEachBlobOnce()
    {
        var repository = fixture.NewRepository();
        var pushed = await fixture.Registry.PushAsync(
            repository, "1", TestImage.Create("x", [.. Enumerable.Range(0, 12).Select(i => TestLayers.Random(20_000, $"file{i}"))]));
        await using var store = fixture.CreateStore();
        var pulls = Enumerable.Range(0, 10).Select(_ => store.PullAsync(fixture.Reference(repository), fixture.Credentials, null, CancellationToken.None));
        foreach (var image in await Task.WhenAll(pulls)) image.ChainId.ShouldBe(pushed.Image.ChainId);
        await ShouldHaveGotOnceAsync(repository, pushed);
        await fixture.ShouldHoldNoLeftoversAsync();
    }

    [Fact]
    public async Task Pull_TwoImagesWithACommonBaseAtOnce_GetTheBaseOnce()
    {
        var repository = fixture.NewRepository();
        var below = TestLayers.Random(5_000_000);
        var one = await fixture.Registry.PushAsync(repository, "1", TestImage.Create("x", [below, TestLayers.Random(1000, "one")]));
        var two = await fixture.Registry.PushAsync(repository, "2", TestImage.Create("x", [below, TestLayers.Random(1000, "two")]));
        await using var store = fixture.CreateStore();
        var images = await Task.WhenAll(
            store.PullAsync(fixture.Reference(repository), fixture.Credentials, null, CancellationToken.None),
            store.PullAsync(fixture.Reference(repository, "2"), fixture.Credentials, null, CancellationToken.None));
        images.Select(image => image.ChainId).ShouldBe([one.Image.ChainId, two.Image.ChainId]);
        await ShouldHaveGotOnceAsync(repository, one);
        await fixture.ShouldHoldNoLeftoversAsync();
    }

    [Fact]
    public async Task Pull_OneWaiterLeaves_TheOtherGetsTheImage()
    {
        var repository = fixture.NewRepository();
        var pushed = await fixture.Registry.PushAsync(repository, "1", TestImage.Create("x", [TestLayers.Random(2_000_000)]));
        await using var link = new GatedLink(fixture.Registry.Port, 500_000);
        fixture.Trust(link.Host);
        await using var store = fixture.CreateStore();
        var reference = ImageReferences.Parse($"{link.Host}/{repository}:1");
        using var leaving = new CancellationTokenSource();
        var progress = new ProgressRecorder();
        var first = store.PullAsync(reference, fixture.Credentials, progress, leaving.Token);
        await progress.WhenAsync(now => now.BytesTotal > 0);
        var second = store.PullAsync(reference, fixture.Credentials, null, CancellationToken.None);
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first.WaitAsync(s_limit));
        second.IsCompleted.ShouldBeFalse();
        link.Open();
        (await second.WaitAsync(s_limit)).ChainId.ShouldBe(pushed.Image.ChainId);
    }

    [Fact]
    public async Task Pull_AllWaitersLeave_EndsAndTheNextGoesOnWhereItStopped()
    {
        var repository = fixture.NewRepository();
        var pushed = await fixture.Registry.PushAsync(repository, "1", TestImage.Create("x", [TestLayers.Random(4_000_000)]), LayerPacking.Plain);
        await using var link = new GatedLink(fixture.Registry.Port, 2_500_000);
        fixture.Trust(link.Host);
        await using var store = fixture.CreateStore();
        var reference = ImageReferences.Parse($"{link.Host}/{repository}:1");
        using var leaving = new CancellationTokenSource();
        var progress = new ProgressRecorder();
        var first = store.PullAsync(reference, fixture.Credentials, progress, leaving.Token);
        await progress.WhenAsync(now => now.BytesDone > 1_000_000);
        await leaving.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first.WaitAsync(s_limit));
        link.Open();

        (await store.PullAsync(reference, fixture.Credentials, null, CancellationToken.None).WaitAsync(s_limit)).ChainId.ShouldBe(pushed.Image.ChainId);
        (await fixture.Registry.RequestsAsync())
            .ShouldContain($"GET /v2/{repository}/blobs/{TestImage.DigestOf(pushed.Layers[0])} 206");
        await fixture.ShouldHoldNoLeftoversAsync();
    }

    [Fact]
    public async Task Pull_Progress_AdvancesInOrderAndNotTooOften()
    {
        var repository = fixture.NewRepository();
        await fixture.Registry.PushAsync(
            repository, "1", TestImage.Create("x", [.. Enumerable.Range(0, 5).Select(i => TestLayers.Random(1_000_000, $"file{i}"))]));
        await using var store = fixture.CreateStore();
        var progress = new ProgressRecorder();
        var began = TimeProvider.System.GetTimestamp();
        await store.PullAsync(fixture.Reference(repository), fixture.Credentials, progress, CancellationToken.None);
        var seen = progress.Seen;
        // Five a second, and the last one.
        seen.Count.ShouldBeLessThanOrEqualTo((int)(TimeProvider.System.GetElapsedTime(began).TotalSeconds * 5) + 2);
        seen.Select(now => (int)now.Phase).ShouldBeInOrder();
        seen.Select(now => now.BytesDone).ShouldBeInOrder();
        seen[^1].Phase.ShouldBe(PullPhase.Done);
        seen[^1].BytesDone.ShouldBe(seen[^1].BytesTotal);
        seen[^1].LayersDone.ShouldBe(5);
    }

    [Fact]
    public async Task Pull_RegistryGoesAwayInTheMiddle_WaitsAndGoesOn()
    {
        var repository = fixture.NewRepository();
        var pushed = await fixture.Registry.PushAsync(repository, "1", TestImage.Create("x", [TestLayers.Random(4_000_000)]), LayerPacking.Plain);
        await using var link = new GatedLink(fixture.Registry.Port, 2_500_000);
        fixture.Trust(link.Host);
        var options = fixture.Options();
        options.Attempts = 50;
        await using var store = fixture.CreateStore(options);
        var progress = new ProgressRecorder();
        var pull = store.PullAsync(ImageReferences.Parse($"{link.Host}/{repository}:1"), fixture.Credentials, progress, CancellationToken.None);
        await progress.WhenAsync(now => now.BytesDone > 1_000_000);
        // The other way round, what is held back could still come through.
        link.Cut();
        link.Open();
        await progress.WhenAsync(now => now.Note.Contains("trying again", StringComparison.Ordinal));
        link.Restore();
        (await pull.WaitAsync(s_limit)).ChainId.ShouldBe(pushed.Image.ChainId);
        (await fixture.Registry.RequestsAsync())
            .ShouldContain($"GET /v2/{repository}/blobs/{TestImage.DigestOf(pushed.Layers[0])} 206");
    }

    private async Task ShouldHaveGotOnceAsync(string repository, PackedImage image)
    {
        var requests = await fixture.Registry.RequestsAsync();
        foreach (var blob in image.Layers)
            requests.Count(request => request.StartsWith($"GET /v2/{repository}/blobs/{TestImage.DigestOf(blob)} 2", StringComparison.Ordinal)).ShouldBe(1);
    }
}
