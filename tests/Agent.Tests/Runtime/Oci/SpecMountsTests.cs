using Warren.Agent.Runtime.Oci;
using Warren.Containers;

namespace Warren.Agent.Tests.Runtime.Oci;

public sealed class SpecMountsTests
{
    private static readonly MountSpec s_bind = new() { Kind = MountKind.Bind, Source = "/a", Target = "/b" };

    [Theory]
    [InlineData(false, MountPropagation.Private, "rbind rprivate")]
    [InlineData(true, MountPropagation.Slave, "rbind ro rro rslave")]
    [InlineData(false, MountPropagation.Shared, "rbind rshared")]
    public void Create_Bind_HasItsOptions(bool readOnly, MountPropagation propagation, string expected)
    {
        var mount = SpecMounts.Create(s_bind with { ReadOnly = readOnly, Propagation = propagation }, "/found", OciSamples.NodeV1);

        mount.Source.ShouldBe("/found");
        string.Join(' ', mount.Options).ShouldBe(expected);
    }

    [Fact]
    public void Create_ReadOnlyOnAnOldKernel_IsNotRecursive() =>
        string.Join(' ', SpecMounts.Create(s_bind with { ReadOnly = true }, "/a", OciSamples.NodeV1 with { Kernel = new(5, 10) }).Options)
            .ShouldBe("rbind ro rprivate");

    [Theory]
    [InlineData(null, null, false, "nosuid nodev noexec mode=1777")]
    [InlineData(4096L, 0x1C0, true, "nosuid nodev noexec mode=0700 size=4096 ro")]
    public void Create_Tmpfs_HasItsOptions(long? size, int? mode, bool readOnly, string expected)
    {
        var spec = new MountSpec { Kind = MountKind.Tmpfs, Target = "/t", TmpfsSize = size, TmpfsMode = mode, ReadOnly = readOnly };

        string.Join(' ', SpecMounts.Create(spec, null, OciSamples.NodeV1).Options).ShouldBe(expected);
    }
}
