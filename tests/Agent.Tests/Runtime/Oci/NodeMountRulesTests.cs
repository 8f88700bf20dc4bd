using Warren.Agent.Runtime;
using Warren.Agent.Runtime.Oci;

namespace Warren.Agent.Tests.Runtime.Oci;

public sealed class NodeMountRulesTests
{
    private static readonly string[] s_mounts =
    [
        "1 0 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
        "2 1 8:2 / /srv rw - ext4 /dev/sdb1 rw",
        "3 1 8:3 / /srv/a\\040b rw master:7 - ext4 /dev/sdc1 rw",
        "4 1 8:4 / /twice rw shared:9 - ext4 /dev/sdd1 rw",
        "5 1 8:4 / /twice rw - tmpfs tmpfs rw",
    ];

    [Theory]
    [InlineData("/home", "rshared", true)]
    [InlineData("/home", "rslave", true)]
    [InlineData("/srv", "rshared", false)]
    [InlineData("/srv/x", "rslave", false)]
    [InlineData("/srv/x", "rprivate", true)]
    [InlineData("/srv/a b/c", "rslave", true)]
    [InlineData("/srv/a b/c", "rshared", false)]
    [InlineData("/srvx", "rshared", true)]
    [InlineData("/twice/x", "rshared", false)]
    public void Problem_Propagation_DependsOnTheMountThatHoldsTheSource(string source, string option, bool isFine) =>
        (NodeMountRules.Problem(new ContainerMount("bind", source, "/t", ["rbind", option]), [.. s_mounts]) is null).ShouldBe(isFine);

    [Fact]
    public void Problem_PrivateMount_SaysWhatToDo() =>
        NodeMountRules.Problem(new ContainerMount("bind", "/srv/x", "/t", ["rbind", "rslave"]), [.. s_mounts]).ShouldBe(
            "/t asks for slave propagation, but /srv/x is in the node's mount /srv, which is private; run 'mount --make-rshared /srv' on the node");

    [Fact]
    public void Build_MountThatCannotTravel_IsRefused()
    {
        var input = OciSamples.Input() with { NodeMounts = [.. s_mounts] };
        input = input with { Request = input.Request with { Mounts = [new("bind", "/srv/x", "/t", ["rbind", "rshared"])] } };

        OciSamples.Problems(input).Single().ShouldStartWith("mounts: /t asks for shared propagation");
    }
}
