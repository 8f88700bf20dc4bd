using Warren.ControlPlane.Tests.Services;
using Warren.ControlPlane.Tests.Testing;
using Warren.Volumes;

namespace Warren.ControlPlane.Tests.Volumes;

/// <summary>The manager of a volume dies between two steps.</summary>
public sealed class VolumeKillTests(MortalCluster mortal) : IClassFixture<MortalCluster>
{
    private readonly TestCluster _cluster = mortal.Cluster;

    [Fact]
    public async Task Remove_ManagerDiesBeforeItKnowsTheUsers_NothingIsRemoved()
    {
        var volume = _cluster.Client.GetGrain<IVolumeGrain>("kept");
        await volume.CreateAsync(new() { Name = "kept" });
        await _cluster.Service("user").ApplyAsync(A.Service("user").WithVolume("kept"));
        await ServiceLifeTests.RunAsync(_cluster, 1, "user");
        var death = SiloKill.At(_cluster, "volume/kept", "GetUserAsync, before");
        await SiloKill.CallAsync(() => volume.RemoveAsync(force: false));
        await death;
        await _cluster.WhenAsync(async () => await volume.GetAsync() is not null, () => "the volume is there");
        await _cluster.WhenAsync(status => status is { IsRemoving: false }, "user", "its user is there");
        await mortal.UntilAsync("user", nodes => nodes.Sum(tasks => tasks.Count) == 1, "its user runs");
    }
}
