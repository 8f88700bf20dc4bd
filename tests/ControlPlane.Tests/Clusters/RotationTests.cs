using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Warren.Clusters;
using Warren.ControlPlane.Tests.Testing;
using Warren.Nodes;
using Warren.Security;

namespace Warren.ControlPlane.Tests.Clusters;

/// <summary>A rotation of the authority that many nodes follow at once.</summary>
public sealed class RotationTests
{
    private const int Nodes = 100;

    [Fact]
    public async Task Report_AllNodesAtOnce_AreAFewWritesAndTheStepEnds()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 0, silos: 1);
        var grain = await FoundedAsync(cluster);
        await grain.RotateAuthorityAsync();
        var report = new TrustReport((await grain.GetTrustAsync()).Version, "");
        var areIn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        // The first is that of the token.
        var writes = -1;
        cluster.Store.AtWrite = (_, id, isAfter) =>
        {
            if (id.Type.ToString() != "cluster") return Task.CompletedTask;
            if (isAfter) Interlocked.Increment(ref writes);
            return areIn.Task;
        };

        // The grain is at something else until all have said it, however long they take.
        var token = grain.CreateTokenAsync(new() { Role = NodeRole.Worker });
        var reports = Enumerable.Range(1, Nodes).Select(number => grain.ReportTrustAsync(new($"n{number}"), report)).ToArray();
        await grain.GetTrustAsync();
        areIn.SetResult();
        await token;
        await Task.WhenAll(reports);

        (await grain.GetAuthorityAsync()).Step.ShouldBe(RotationStep.Reissuing);
        writes.ShouldBeInRange(1, 5);
    }

    /// <summary>Who has an answer is stored; who has none says it again, to whichever manager goes on.</summary>
    [Fact]
    public async Task Report_TheManagerEndsBeforeTheWrite_IsNotAnsweredAndIsSaidAgain()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 0, silos: 1);
        var grain = await FoundedAsync(cluster);
        await grain.RotateAuthorityAsync();
        var report = new TrustReport((await grain.GetTrustAsync()).Version, "");
        await grain.ReportTrustAsync(new("n1"), report);
        cluster.Store.IsAway = true;
        await Should.ThrowAsync<Exception>(() => grain.ReportTrustAsync(new("n2"), report));
        cluster.Store.IsAway = false;

        await ClusterUntilAsync(async () =>
        {
            await grain.ReportTrustAsync(new("n2"), report);
            return true;
        });

        var authority = await grain.GetAuthorityAsync();
        (authority.Step, authority.Done).ShouldBe((RotationStep.Trusting, 2));
        cluster.Store.Rows.Single(row => row.Key.StartsWith("cluster/", StringComparison.Ordinal)).Value.ShouldContain("\"Done\":[\"n1\",\"n2\"]");
    }

    private static async Task ClusterUntilAsync(Func<Task<bool>> tryIt)
    {
        using var limit = new CancellationTokenSource(Limit.Long);
        while (true)
        {
            try
            {
                if (await tryIt()) return;
            }
            catch (Exception failure) when (failure is OrleansException or TimeoutException or IOException && !limit.IsCancellationRequested)
            {
                // The activation that could not write is being replaced.
            }
        }
    }

    private static async Task<IClusterGrain> FoundedAsync(TestCluster cluster)
    {
        var grain = cluster.Client.GetGrain<IClusterGrain>(IClusterGrain.Key);
        using var authority = CertificateAuthority.Create("c1", cluster.Time.GetUtcNow());
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await grain.EstablishAsync(new() { Id = "c1", Authority = authority.Certificate, AuthorityKey = authority.ExportKey(), SigningRequest = Sign(key, "m1") });
        var token = await grain.CreateTokenAsync(new() { Role = NodeRole.Worker });
        for (var number = 1; number <= Nodes; number++)
        {
            await grain.JoinAsync(new() { Token = token, Node = new($"n{number}"), Role = NodeRole.Worker, SigningRequest = Sign(key, $"n{number}") });
        }

        return grain;
    }

    private static byte[] Sign(ECDsa key, string node) => new CertificateRequest("CN=" + node, key, HashAlgorithmName.SHA256).CreateSigningRequest();
}
