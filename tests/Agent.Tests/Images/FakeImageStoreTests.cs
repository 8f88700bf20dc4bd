using Warren.Agent.Images;
using Warren.Agent.Images.Fake;
using Warren.Images;

namespace Warren.Agent.Tests.Images;

public sealed class FakeImageStoreTests
{
    private readonly FakeImageStore _store = new(TimeProvider.System);

    [Fact]
    public async Task Pull_AnyReference_IsThereAndAlwaysTheSame()
    {
        var reference = ImageReferences.Parse("example.test/web:1");
        (await _store.FindAsync(reference, CancellationToken.None)).ShouldBeNull();
        var image = await PullAsync("example.test/web:1");
        image.Name.ShouldBe("example.test/web:1");
        (await _store.FindAsync(reference, CancellationToken.None)).ShouldBe(image);
        (await _store.FindAsync(reference.WithDigest(image.Digest), CancellationToken.None)).ShouldBe(image);
        (await new FakeImageStore(TimeProvider.System).PullAsync(reference, PullOptions.Default, null, CancellationToken.None)).Digest.ShouldBe(image.Digest);
    }

    [Theory]
    [InlineData("missing", ImageFault.NotFound)]
    [InlineData("example.test/a/unauthorized:2", ImageFault.Unauthorized)]
    [InlineData("wrong-platform", ImageFault.WrongPlatform)]
    [InlineData("digest-mismatch", ImageFault.DigestMismatch)]
    [InlineData("no-space", ImageFault.NoSpace)]
    [InlineData("unavailable", ImageFault.RegistryUnavailable)]
    public async Task Pull_ByTheNameOfAFailure_FailsSo(string name, ImageFault fault) =>
        (await Should.ThrowAsync<ImageException>(PullAsync(name))).Fault.ShouldBe(fault);

    [Fact]
    public async Task Pull_Slow_TakesItsTimeAndCanBeCancelled()
    {
        var store = new FakeImageStore(TimeProvider.System) { SlowPull = TimeSpan.FromDays(1) };
        using var cancellation = new CancellationTokenSource();
        var pull = store.PullAsync(ImageReferences.Parse("slow"), PullOptions.Default, null, cancellation.Token);
        pull.IsCompleted.ShouldBeFalse();
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(pull.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task Remove_InUse_IsRefused()
    {
        var image = await PullAsync("web");
        _store.Users = used => used == image ? ["web.1"] : [];
        (await Should.ThrowAsync<ImageException>(_store.RemoveAsync(ImageReferences.Parse("web"), CancellationToken.None))).Fault.ShouldBe(ImageFault.InUse);
        (await _store.ListAsync(CancellationToken.None)).Single().Containers.ShouldBe(["web.1"]);
        _store.Users = _ => [];
        await _store.RemoveAsync(ImageReferences.Parse("web"), CancellationToken.None);
        (await _store.ListAsync(CancellationToken.None)).ShouldBeEmpty();
    }

    private Task<Image> PullAsync(string name) => _store.PullAsync(ImageReferences.Parse(name), PullOptions.Default, null, CancellationToken.None);
}
