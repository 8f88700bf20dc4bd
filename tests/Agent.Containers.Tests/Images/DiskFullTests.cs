using Warren.Agent.Images;
using Warren.Containers;
using Warren.Images;
using Warren.TestSupport;
using Warren.TestSupport.Containers;

namespace Warren.Agent.Containers.Tests.Images;

/// <summary>Pulls into a containerd whose disk is small.</summary>
public sealed class DiskFullTests : IAsyncLifetime
{
    private readonly ImagesFixture _fixture = new();
    private SmallDisk _disk = null!;

    public async Task InitializeAsync()
    {
        _disk = await SmallDisk.MountAsync(64);
        await _fixture.StartAsync(Directory.CreateDirectory(Path.Combine(_disk.Folder, "warren-ctd-" + Path.GetRandomFileName())).FullName);
    }

    [Fact]
    public async Task Pull_FullDisk_IsNoSpaceAndWorksOnceThereIsRoom()
    {
        var repository = _fixture.NewRepository();
        var pushed = await _fixture.Registry.PushAsync(repository, "1", TestImage.Create("x", [TestLayers.Random(5_000_000)]));
        await using var store = _fixture.CreateStore();
        _disk.Fill();
        var failure = await FailAsync(store, _fixture.Reference(repository));
        failure.Fault.ShouldBe(ImageFault.NoSpace);
        failure.Message.ShouldContain(repository);

        _disk.Free();
        (await store.PullAsync(_fixture.Reference(repository), _fixture.Credentials, null, CancellationToken.None)).ChainId.ShouldBe(pushed.Image.ChainId);
    }

    [Fact]
    public async Task Pull_LargerThanTheDisk_IsNoSpaceAndGivesTheRoomBack()
    {
        var repository = _fixture.NewRepository();
        // The packed layer fits, and the unpacked one beside it does not.
        var large = await _fixture.Registry.PushAsync(repository, "large", TestImage.Create("x", [TestLayers.Random(40_000_000)]));
        var small = await _fixture.Registry.PushAsync(repository, "small", TestImage.Create("x", [TestLayers.Random(20_000_000)]));
        await using var store = _fixture.CreateStore();
        (await FailAsync(store, _fixture.Reference(repository, "large"))).Fault.ShouldBe(ImageFault.NoSpace);
        (await _fixture.ContentAsync()).ShouldNotContain(TestImage.DigestOf(large.Layers[0]));
        await _fixture.ShouldHoldNoLeftoversAsync();

        var image = await store.PullAsync(_fixture.Reference(repository, "small"), _fixture.Credentials, null, CancellationToken.None);
        image.ChainId.ShouldBe(small.Image.ChainId);
    }

    [Fact]
    public async Task Import_LargerThanTheDataFolder_IsNoSpaceAndLeavesNothing()
    {
        using var archive = TempFolder.Create("archive");
        await TestImage.Create("example.test/large:1", [TestLayers.Random(10_000_000)]).WriteArchiveAsync(archive.File("image.tar"));
        var options = _fixture.Options();
        options.DataDirectory = Path.Combine(_disk.Folder, "spool");
        Directory.CreateDirectory(options.DataDirectory);
        await using var store = _fixture.CreateStore(options);
        _disk.Fill();
        var failure = await Should.ThrowAsync<ImageException>(
            store.ImportAsync(File.OpenRead(archive.File("image.tar")), null, CancellationToken.None));
        failure.Fault.ShouldBe(ImageFault.NoSpace);
        Directory.EnumerateFileSystemEntries(options.DataDirectory).ShouldBeEmpty();
    }

    public async Task DisposeAsync()
    {
        _disk.Free();
        await _fixture.DisposeAsync();
        await _disk.DisposeAsync();
    }

    private Task<ImageException> FailAsync(IImageStore store, ImageReference reference) =>
        Should.ThrowAsync<ImageException>(store.PullAsync(reference, _fixture.Credentials, null, CancellationToken.None));
}
