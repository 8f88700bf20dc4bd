using Microsoft.Extensions.Logging.Abstractions;
using Warren.Agent.Images;
using Warren.Agent.Images.Fake;
using Warren.Agent.Tasks;
using Warren.Containers;

namespace Warren.Agent.Tests.Tasks;

public sealed class NodeImagesTests
{
    [Fact]
    public async Task List_AnImage_IsThereByNameAndByDigest()
    {
        await using var store = new FakeImageStore(TimeProvider.System);
        var image = await store.PullAsync(ImageReference.Parse("web:2"), PullOptions.Default, null, CancellationToken.None);
        var pinned = await store.PullAsync(ImageReference.Parse("r.test/db@sha256:" + new string('1', 64)), PullOptions.Default, null, CancellationToken.None);
        var images = new NodeImages(store, new TaskReports(), NullLogger<NodeImages>.Instance);
        (await images.ListAsync()).ShouldBe(["docker.io/library/web:2", $"docker.io/library/web@{image.Digest}", pinned.Name], ignoreOrder: true);
    }
}
