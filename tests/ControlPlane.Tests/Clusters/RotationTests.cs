using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Warren.Clusters;
using Warren.ControlPlane.Tests.Testing;
using Warren.Events;
using Warren.Grains.Clusters;
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
        var reports = Enumerable.Range(1, Nodes).Select(number => SayAsync(grain, $"n{number}", report)).ToArray();
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
        await SayAsync(grain, "n1", report);
        cluster.Store.IsAway = true;
        await Should.ThrowAsync<Exception>(() => grain.ReportTrustAsync(new("n2"), report));
        cluster.Store.IsAway = false;

        await SayAsync(grain, "n2", report);

        var authority = await grain.GetAuthorityAsync();
        (authority.Step, authority.Done).ShouldBe((RotationStep.Trusting, 2));
        Row(cluster).ShouldContain("\"Done\":[\"n1\",\"n2\"]");
    }

    [Fact]
    public async Task Link_TheClusterIsSlow_TheNodeIsServedMeanwhile()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 1, silos: 1);
        var (link, isServed) = (cluster.Client.GetGrain<INodeLink>("n1"), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        cluster.Faults.Values.Single().AtCall = (_, call, _) =>
            call.MethodName is nameof(IClusterGrain.ReportTrustAsync) or nameof(IClusterGrain.RenewAsync) ? isServed.Task : Task.CompletedTask;
        var report = link.ReportTrustAsync(new(0, ""));
        var renewal = link.RenewAsync(new byte[1]);

        await link.GetAssignmentsAsync(cluster.Agents[0].Session, null);

        isServed.SetResult();
        (await report).Version.ShouldBe(0);
        await Should.ThrowAsync<NotFoundException>(() => renewal);
    }

    /// <summary>First the log does not take it, then it is not stored that it was told; each time it is told again a minute later.</summary>
    [Fact]
    public async Task Deadline_TellingItFails_IsToldAgain()
    {
        await using var cluster = await TestCluster.StartAsync(
            nodes: 0, silos: 1, configure: silo => silo.Configure<CertificateOptions>(certificates => certificates.RotationDeadline = TimeSpan.FromSeconds(1)));
        var grain = await FoundedAsync(cluster);
        var (appends, writes) = (0, 0);
        cluster.Faults.Values.Single().AtCall = (_, call, isDone) =>
            !isDone && call.MethodName == nameof(IEventLogGrain.AppendAsync) && Interlocked.Increment(ref appends) == 1
                ? throw new InvalidOperationException("it is not taken")
                : Task.CompletedTask;

        // The first is that of the rotation.
        cluster.Store.AtWrite = (_, id, isAfter) =>
            !isAfter && id.Type.ToString() == "cluster" && Interlocked.Increment(ref writes) == 2
                ? throw new IOException("it is not stored")
                : Task.CompletedTask;
        cluster.Time.Early = TimeSpan.FromSeconds(57);
        await grain.RotateAuthorityAsync();

        await cluster.WhenAsync(
            () => Task.FromResult(Row(cluster).Contains("\"ToldAt\":\"", StringComparison.Ordinal)),
            () => "it is stored that it was told");
        cluster.Time.Early = TimeSpan.Zero;
        (await cluster.Events.ReadAsync(0, 10)).Select(one => one.Kind).ShouldBe([EventKind.Blocked, EventKind.Blocked]);
    }

    private static string Row(TestCluster cluster) => cluster.Store.Rows.Single(row => row.Key.StartsWith("cluster/", StringComparison.Ordinal)).Value;

    // As a node does it: again until it has an answer.
    private static Task SayAsync(IClusterGrain grain, string node, TrustReport report) => ClusterUntilAsync(async () =>
    {
        await grain.ReportTrustAsync(new(node), report);
        return true;
    });

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
