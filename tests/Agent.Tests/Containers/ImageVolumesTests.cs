using Warren.Agent.Containers;
using Warren.Agent.Runtime;
using Warren.Containers;
using Warren.Images;
using Warren.TestSupport;

namespace Warren.Agent.Tests.Containers;

public sealed class ImageVolumesTests : IDisposable
{
    private static readonly ContainerId s_id = new("db.1.1");
    private static readonly ImageConfig s_image = new() { Volumes = ["/var/lib/db/", "/cache", "relative"] };

    private readonly TempFolder _folder = TempFolder.Create("image-volumes");

    private ImageVolumes Volumes => new(new(_folder.File("volumes"), "image volumes"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Prepare_Twice_GivesTheSameFoldersWithTheirFiles()
    {
        var first = Volumes.Prepare(s_id, new() { Image = "db" }, s_image);
        File.WriteAllText(Path.Combine(first[1].Source, "kept"), "");

        var second = Volumes.Prepare(s_id, new() { Image = "db" }, s_image);

        second.Select(mount => (mount.Source, mount.Target)).ShouldBe(first.Select(mount => (mount.Source, mount.Target)));
        first.Select(mount => mount.Target).ShouldBe(["/cache", "/var/lib/db"]);
        File.Exists(Path.Combine(second[1].Source, "kept")).ShouldBeTrue();
    }

    [Fact]
    public void Prepare_SpecMountsThere_LeavesItToTheSpec()
    {
        var spec = new ContainerSpec
        {
            Image = "db",
            Mounts = [new MountSpec { Kind = MountKind.Volume, Source = "data", Target = "/var/lib/db" }],
        };

        Volumes.Prepare(s_id, spec, s_image).Select(mount => mount.Target).ShouldBe(["/cache"]);
    }

    [Fact]
    public void Sweep_ContainersThatAreGone_RemovesTheirFoldersAlone()
    {
        var kept = Volumes.Prepare(s_id, new() { Image = "db" }, s_image);
        var gone = Volumes.Prepare(new("db.2.1"), new() { Image = "db" }, s_image);

        Volumes.Sweep(new HashSet<ContainerId> { s_id }).ShouldHaveSingleItem().ShouldContain("db.2.1");

        Directory.Exists(kept[0].Source).ShouldBeTrue();
        Directory.Exists(gone[0].Source).ShouldBeFalse();
    }

    [Fact]
    public void Remove_Twice_LeavesNothing()
    {
        var mounts = Volumes.Prepare(s_id, new() { Image = "db" }, s_image);

        Volumes.Remove(s_id);
        Volumes.Remove(s_id);

        Directory.Exists(mounts[0].Source).ShouldBeFalse();
    }
}
