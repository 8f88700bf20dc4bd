using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Warren.Harness.Clusters;
using Warren.Nodes;
using Warren.Security;
using Warren.TestSupport;
using Warren.TestSupport.Certificates;
using Warren.TestSupport.Processes;

namespace Warren.Trust.Tests;

/// <summary>Whoever has the key of a manager that was revoked, or the manager itself, and does not obey. Neither workers nor the other managers have to do with it any more.</summary>
public sealed class RevokedManagerTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(1);

    /// <summary>One round of looking at connections, every 5 s, and some for a machine that is busy.</summary>
    private static readonly TimeSpan s_closing = TimeSpan.FromSeconds(15);

    [Fact]
    [Attack(AttackRow.RevokedManagersKey)]
    public async Task Worker_ARevokedManagersKeyAtAManagersAddress_IsNotTalkedToAlsoAfterARestartOffline()
    {
        await using var postgres = await PrivatePostgres.StartNewAsync();
        await using var founded = new FoundedCluster();
        await founded.StartTwoAsync(postgres);
        using var stolen = Load(founded.IdentityOf("m2"));
        using var good = Load(founded.IdentityOf("m1"));
        CertificateSubject.TryRead(stolen, out var second).ShouldBeTrue();
        await using (var worker = founded.StartWorker("shop", await founded.Cluster.CreateTokenAsync(new() { Role = NodeRole.Worker })))
        {
            await founded.Client.UntilReadyAsync(new("shop"));
            await founded.Cluster.RevokeCertificateAsync(second!.Name);
            await worker.ErrorLineAsync("Revoked managers, as of version", s_limit);
        }

        await founded.ManagerOf("m2").WaitForExitAsync(s_limit);
        await founded.KillManagerAsync("m1");
        var kept = Path.Combine(founded.PathOf("shop"), "identity", "revoked-managers");
        File.GetUnixFileMode(kept).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (await File.ReadAllTextAsync(kept)).ShouldNotContain(second.Name);

        await using var again = founded.StartWorker("shop", token: null);
        await using (var thief = new FalseManager(founded.Endpoint, stolen))
        {
            await thief.Refused.WaitAsync(s_limit);
            await again.ErrorLineAsync($"Somebody shows the certificate of the manager {second.Name}, which was revoked", s_limit);
            thief.Believed.IsCompleted.ShouldBeFalse();
        }

        // Had it been the other manager's, it would have been believed.
        await using var believed = new FalseManager(founded.Endpoint, good);
        await believed.Believed.WaitAsync(s_limit);
    }

    [Fact]
    [Attack(AttackRow.RevokedManagerGoesOn)]
    public async Task Manager_RevokedAndDoesNotObey_IsCutOffByManagersAndWorkers()
    {
        await using var postgres = await PrivatePostgres.StartNewAsync();
        await using var founded = new FoundedCluster();
        await founded.StartTwoAsync(postgres, ofSecond: StartupHook.Variables);
        await founded.ManagerOf("m2").ErrorLineAsync("this manager does not obey: 1 taken out", s_limit);
        var second = (await founded.Cluster.ListCertificatesAsync()).Where(certificate => certificate.Role == CertificateRole.Manager).MaxBy(certificate => certificate.IssuedAt)!.Name;
        var (name, worker) = await ConnectedToSecondAsync(founded);
        await using var ending = worker;

        var revoking = founded.Cluster.RevokeCertificateAsync(second);

        await worker.ErrorLineAsync("Revoked managers, as of version", s_limit);
        await ClusterClient.UntilAsync(() => ConnectionsToSecondAsync(founded, worker), count => count == 0, "the worker has closed its connection", s_closing);

        // By itself: the other manager has not declared it dead yet, which takes longer.
        (await founded.Client.Grains.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true)).Count.ShouldBe(2);
        await revoking;
        await ClusterClient.UntilAsync(() => ConnectionsToSecondAsync(founded, founded.Manager), count => count == 0, "the manager has closed its own", s_limit);
        await founded.ManagerOf("m2").ErrorLineAsync("this manager was to end, and does not", s_limit);

        founded.ManagerOf("m2").Exited.IsCompleted.ShouldBeFalse();
        founded.Manager.Exited.IsCompleted.ShouldBeFalse();
        (await founded.Cluster.GetAsync()).ShouldNotBeNull();
        await founded.Client.UntilReadyAsync(new(name));
        (await ConnectionsToSecondAsync(founded, worker) + await ConnectionsToSecondAsync(founded, founded.Manager)).ShouldBe(0);
    }

    // Which manager a worker talks to follows from its id.
    private static async Task<(string Name, ChildProcess Process)> ConnectedToSecondAsync(FoundedCluster founded)
    {
        var token = await founded.Cluster.CreateTokenAsync(new() { Role = NodeRole.Worker });
        for (var number = 1; ; number++)
        {
            number.ShouldBeLessThan(20, "no worker talks to the second manager");
            var name = string.Create(CultureInfo.InvariantCulture, $"w{number}");
            var worker = founded.StartWorker(name, token);
            await founded.Client.UntilReadyAsync(new(name));
            if (await ConnectionsToSecondAsync(founded, worker) > 0) return (name, worker);
            await worker.DisposeAsync();
        }
    }

    private static async Task<int> ConnectionsToSecondAsync(FoundedCluster founded, ChildProcess process)
    {
        var port = founded.Second.Port.ToString(CultureInfo.InvariantCulture);
        var lines = await Tool.RunAsync("ss", "-Htnp", "state", "established", "dport", "=", $":{port}");
        return lines.Split('\n').Count(line => line.Contains($"pid={process.Id.ToString(CultureInfo.InvariantCulture)},", StringComparison.Ordinal));
    }

    private static X509Certificate2 Load(CertificateFiles files) => X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);
}
