using Warren.Agent.Containers;
using Warren.Agent.Runtime;
using Warren.Agent.Tests.Runtime.Oci;
using Warren.Containers;

namespace Warren.Agent.Tests.Containers;

public sealed class MountPlanTests
{
    private static readonly ContainerMount s_hosts = new("bind", "/run/warren/names/web/hosts", "/etc/hosts", ["rbind"]);

    [Fact]
    public void Compute_NestedTargets_MountsTheOuterFirst()
    {
        var spec = Spec(Tmpfs("/data/cache"), Tmpfs("/data"), Tmpfs("/data/cache/deep/"));

        Targets(spec).ShouldBe(["/data", "/data/cache", "/data/cache/deep/"]);
    }

    [Fact]
    public void Compute_UserMountsTheAgentsFile_TheUserWins()
    {
        var spec = Spec(new MountSpec { Kind = MountKind.Bind, Source = "/srv/hosts", Target = "/etc/hosts/" });

        MountPlan.Compute(spec, OciSamples.NodeV1, new Dictionary<string, string>(), [s_hosts])
            .ShouldHaveSingleItem().Source.ShouldBe("/srv/hosts");
    }

    [Fact]
    public void Compute_Volume_IsMountedFromItsFolder()
    {
        var spec = Spec(new MountSpec { Kind = MountKind.Volume, Source = "db", Target = "/var/lib/db", ReadOnly = true });

        var mount = MountPlan.Compute(spec, OciSamples.NodeV1, new Dictionary<string, string> { ["/var/lib/db"] = "/volumes/db" }, [])
            .ShouldHaveSingleItem();

        mount.Source.ShouldBe("/volumes/db");
        mount.Options.ShouldContain("ro");
    }

    private static IEnumerable<string> Targets(ContainerSpec spec) =>
        MountPlan.Compute(spec, OciSamples.NodeV1, new Dictionary<string, string>(), []).Select(mount => mount.Target);

    private static ContainerSpec Spec(params MountSpec[] mounts) => new() { Image = "web", Mounts = [.. mounts] };

    private static MountSpec Tmpfs(string target) => new() { Kind = MountKind.Tmpfs, Target = target };
}
