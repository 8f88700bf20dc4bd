using Warren.Clusters;
using Warren.Harness.Clusters;
using Warren.TestSupport;

namespace Warren.Trust.Tests;

/// <summary>Managers that share a store.</summary>
public sealed class ManagerJoinTests
{
    [Fact]
    public async Task Manager_ByToken_IsOneOfTheClusterAndLetsWorkersJoin()
    {
        await using var postgres = await PrivatePostgres.StartNewAsync();
        await using var founded = new FoundedCluster();
        await founded.StartTwoAsync(postgres);

        // By joining it got the key that secrets are encrypted with, and nobody else can read it.
        var key = Path.Combine(founded.PathOf("m2"), "data.key");
        (await File.ReadAllTextAsync(key)).ShouldBe(await File.ReadAllTextAsync(Path.Combine(founded.PathOf("m1"), "data.key")));
        File.GetUnixFileMode(key).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await using var second = await ClusterClient.ConnectAsync(founded.Second, founded.IdentityOf("m2"));
        (await second.Grains.GetGrain<IClusterGrain>(IClusterGrain.Key).GetAsync())!.Id.ShouldBe((await founded.Cluster.GetAsync())!.Id);
    }
}
