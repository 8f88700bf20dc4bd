using System.Security.Cryptography.X509Certificates;
using Warren.Harness.Clusters;
using Warren.Nodes;
using Warren.TestSupport.Certificates;

namespace Warren.Trust.Tests;

/// <summary>Certificates with lives of seconds, in a cluster that goes on.</summary>
public sealed class RenewalTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Certificate_TwoThirdsOfItsLifeAreOver_IsRenewedForTheSameKeyWithoutABreak()
    {
        await using var founded = new FoundedCluster();
        await founded.StartAsync("--certificate-lifetime", "00:00:30");
        await using var worker = founded.StartWorker("renews", await founded.Cluster.CreateTokenAsync(new() { Role = NodeRole.Worker }));
        await founded.Client.UntilReadyAsync(new("renews"));
        var key = await File.ReadAllTextAsync(founded.IdentityOf("renews").Key);

        foreach (var (name, first) in new[] { "renews", "m1" }.Select(name => (name, Read(founded.IdentityOf(name)))).ToList())
        {
            // It may have been renewed before it was read.
            var later = first;
            while (later.Serial == first.Serial)
            {
                await LineAsync(founded, worker, name);
                later = Read(founded.IdentityOf(name));
            }

            later.End.ShouldBeGreaterThan(first.End);
            later.Subject.ShouldBe(first.Subject);
        }

        (await File.ReadAllTextAsync(founded.IdentityOf("renews").Key)).ShouldBe(key);
        founded.Lines.Count(line => line.Contains("The node renews is registered", StringComparison.Ordinal)).ShouldBe(1);
        (await founded.Client.Node(new("renews")).GetAsync())!.Status.Condition.ShouldBe(NodeCondition.Ready);

        // The next connection is made by the certificate that is good now.
        await using var client = await ClusterClient.ConnectAsync(founded.Endpoint, founded.IdentityOf("m1"));
        (await client.Node(new("renews")).GetAsync())!.Status.Condition.ShouldBe(NodeCondition.Ready);
    }

    [Fact]
    public async Task Certificate_OfANodeThatWasRemoved_IsNotRenewed()
    {
        await using var founded = new FoundedCluster();
        await founded.StartAsync();
        await using (var worker = founded.StartWorker("gone", await founded.Cluster.CreateTokenAsync(new() { Role = NodeRole.Worker })))
        {
            await founded.Client.UntilReadyAsync(new("gone"));

            // As a thief of the disk has it; the worker itself erases it.
            Directory.CreateDirectory(founded.PathOf("stolen/identity"));
            foreach (var file in Directory.GetFiles(founded.PathOf("gone/identity"))) File.Copy(file, founded.PathOf("stolen/identity/" + Path.GetFileName(file)));
            await founded.Client.Node(new("gone")).RemoveAsync(force: true);
            (await worker.WaitForExitAsync(s_limit)).ShouldBe(3);
        }

        await using var client = await ClusterClient.ConnectAsync(founded.Endpoint, founded.IdentityOf("stolen"));
        (await Should.ThrowAsync<OrleansException>(() => client.Grains.GetGrain<INodeLink>("gone").RenewAsync(new byte[1]))).Message
            .ShouldContain("does not allow INodeLink/RenewAsync of node/gone");
    }

    /// <summary>Its tasks go on meanwhile, also when it is refused.</summary>
    [Fact]
    public async Task Certificate_OfANodeThatWasAwayPastItsEnd_IsGivenAnewByANewTokenOnly()
    {
        await using var founded = new FoundedCluster();
        var first = await PastTheEndAsync(founded);
        var before = (Read(founded.IdentityOf("late")).Serial, Key: await File.ReadAllTextAsync(founded.IdentityOf("late").Key));
        await using var client = await ConnectAsync(founded);
        var cluster = client.Grains.GetGrain<Warren.Clusters.IClusterGrain>(Warren.Clusters.IClusterGrain.Key);
        foreach (var token in await cluster.ListTokensAsync()) await cluster.RevokeTokenAsync(token.Id);

        await using (var refused = founded.StartWorker("late", first))
        {
            (await refused.ErrorLineAsync("The node cannot join again by its token, all tasks go on; start it with another token: ", s_limit)).ShouldContain("was revoked on");
            refused.Exited.IsCompleted.ShouldBeFalse();
        }

        Read(founded.IdentityOf("late")).Serial.ShouldBe(before.Serial);
        await using var back = founded.StartWorker("late", await cluster.CreateTokenAsync(new() { Role = NodeRole.Worker }));
        await back.ErrorLineAsync("The node has joined again by its token, and its certificate is good until", s_limit);
        await back.ErrorLineAsync("The node late is registered", s_limit);
        (await File.ReadAllTextAsync(founded.IdentityOf("late").Key)).ShouldBe(before.Key);
    }

    /// <summary>It has nothing but a token of long ago to hear it by.</summary>
    [Fact]
    public async Task Certificate_OfANodeThatWasAwayPastItsEndAndRemoved_IsNotGivenAndTheNodeCleansItselfUp()
    {
        await using var founded = new FoundedCluster();
        var first = await PastTheEndAsync(founded);
        await using var client = await ConnectAsync(founded);
        var cluster = client.Grains.GetGrain<Warren.Clusters.IClusterGrain>(Warren.Clusters.IClusterGrain.Key);
        await client.Node(new("late")).RemoveAsync(force: true);
        foreach (var token in await cluster.ListTokensAsync()) await cluster.RevokeTokenAsync(token.Id);

        await using var removed = founded.StartWorker("late", first);
        await removed.ErrorLineAsync("Everything that the node runs is stopped and removed: the node late was removed from the cluster", s_limit);
        (await removed.WaitForExitAsync(s_limit)).ShouldBe(3);
        Directory.Exists(founded.PathOf("late/identity")).ShouldBeFalse();
    }

    /// <summary>By the clock that is right its certificate is of a time to come.</summary>
    [Fact]
    public async Task Certificate_OfAManagerWhoseClockWasMonthsAhead_IsReplacedOnceItIsRight()
    {
        await using var founded = new FoundedCluster();
        await founded.StartManagerAsync("m1", founded.Endpoint, founded.JoinEndpoint.Port);
        await founded.StopAsync();
        await founded.StartManagerAsync("m1", founded.Endpoint, founded.JoinEndpoint.Port, FakeTime.Variables("+200d"), []);
        await founded.Manager.ErrorLineAsync("The certificate is renewed", s_limit);
        await founded.StopAsync();

        await founded.StartManagerAsync("m1", founded.Endpoint, founded.JoinEndpoint.Port);
        await founded.Manager.ErrorLineAsync("The certificate is renewed", s_limit);
        await using var client = await ConnectAsync(founded);
        (await client.Grains.GetGrain<Warren.Clusters.IClusterGrain>(Warren.Clusters.IClusterGrain.Key).GetAsync()).ShouldNotBeNull();
    }

    /// <summary>A manager and a worker, late, that were off while their certificates ended. The manager is on again: it has nobody to ask for another one but itself.</summary>
    /// <returns>The token that the worker joined by.</returns>
    private static async Task<string> PastTheEndAsync(FoundedCluster founded)
    {
        await founded.StartManagerAsync("m1", founded.Endpoint, founded.JoinEndpoint.Port, FakeTime.Variables("-10m"), ["--certificate-lifetime", "00:00:30"]);
        var token = (await File.ReadAllLinesAsync(Path.Combine(founded.PathOf("m1"), "identity", "join-tokens")))[0].Split(' ')[1];
        await using (var worker = founded.StartWorker("late", token, clock: "-10m")) await worker.ErrorLineAsync("The node late is registered", s_limit);
        await founded.StopAsync();
        await founded.StartManagerAsync("m1", founded.Endpoint, founded.JoinEndpoint.Port);
        await founded.Manager.ErrorLineAsync("The certificate is renewed", s_limit);
        return token;
    }

    /// <summary>The manager shows its new certificate within a second.</summary>
    private static async Task<ClusterClient> ConnectAsync(FoundedCluster founded)
    {
        using var limit = new CancellationTokenSource(s_limit);
        while (true)
        {
            try
            {
                return await ClusterClient.ConnectAsync(founded.Endpoint, founded.IdentityOf("m1"));
            }
            catch (Orleans.Runtime.SiloUnavailableException) when (!limit.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
            }
        }
    }

    private static Task LineAsync(FoundedCluster founded, Warren.TestSupport.Processes.ChildProcess worker, string name) =>
        (name == "m1" ? founded.Manager : worker).ErrorLineAsync("The certificate is renewed", s_limit);

    private static (string Serial, DateTime End, string Subject) Read(CertificateFiles files)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(files.Certificate);
        return (certificate.SerialNumber, certificate.NotAfter, certificate.Subject);
    }
}
