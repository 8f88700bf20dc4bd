using System.Net;
using Warren.Clusters;
using Warren.Harness.Clusters;
using Warren.Nodes;
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
        var (connection, key) = (founded.PathOf("postgres"), founded.PathOf("data.key"));
        await File.WriteAllTextAsync(connection, await postgres.NewDatabaseAsync());
        await File.WriteAllTextAsync(key, new string('a', 64));
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        string[] store = ["--store", "postgres", "--postgres-file", connection, "--data-key-file", key];
        await founded.StartAsync(store);

        var token = await founded.Cluster.CreateTokenAsync(new() { Role = NodeRole.Manager });
        // Managers of a cluster have one port for joining, and an address each.
        var endpoint = new IPEndPoint(IPAddress.Parse("127.0.0.2"), LocalPorts.Next());
        await founded.StartManagerAsync("m2", endpoint, founded.JoinEndpoint.Port, [.. store, "--token", token, "--manager", "127.0.0.1"]);
        await using var second = await ClusterClient.ConnectAsync(endpoint, founded.IdentityOf("m2"));
        (await second.Grains.GetGrain<IClusterGrain>(IClusterGrain.Key).GetAsync())!.Id.ShouldBe((await founded.Cluster.GetAsync())!.Id);
    }
}
