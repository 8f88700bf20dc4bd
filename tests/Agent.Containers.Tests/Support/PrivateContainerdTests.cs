using Warren.TestSupport.Containers;

namespace Warren.Agent.Containers.Tests.Support;

public sealed class PrivateContainerdTests
{
    [Fact]
    public async Task Start_WithTestImage_RunsItAndLeavesNothing()
    {
        string folder, ns;
        await using (var containerd = await PrivateContainerd.StartNewAsync())
        {
            (folder, ns) = (containerd.Folder, containerd.Namespace);
            var image = TestImage.Busybox();
            await image.ImportIntoAsync(containerd);

            (await containerd.CtrAsync("run", "--rm", image.Name, "once", "/bin/echo", "hello")).ShouldBe("hello\n");
            (await containerd.CtrAsync("snapshots", "ls")).ShouldContain(image.ChainId);

            await containerd.CtrAsync("run", "--detach", image.Name, "stays", "/bin/sleep", "1000");
            await containerd.KillAsync();
            await containerd.StartAsync();
            (await containerd.CtrAsync("tasks", "ls")).ShouldContain("RUNNING");
        }

        Directory.Exists(folder).ShouldBeFalse();
        (await File.ReadAllTextAsync("/proc/self/mounts")).ShouldNotContain(folder);
        Directory.Exists($"/run/containerd/runc/{ns}").ShouldBeFalse();
    }
}
