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

    private static Task LineAsync(FoundedCluster founded, Warren.TestSupport.Processes.ChildProcess worker, string name) =>
        (name == "m1" ? founded.Manager : worker).ErrorLineAsync("The certificate is renewed", s_limit);

    private static (string Serial, DateTime End, string Subject) Read(CertificateFiles files)
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(files.Certificate);
        return (certificate.SerialNumber, certificate.NotAfter, certificate.Subject);
    }
}
