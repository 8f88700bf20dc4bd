using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Warren.Clusters;
using Warren.ControlPlane.Tests.Testing;
using Warren.Security;

namespace Warren.ControlPlane.Tests.Clusters;

/// <summary>Revoking is answered when all managers have had the time to hear of it, whoever keeps the cluster.</summary>
public sealed class RevocationTests
{
    /// <summary>The first answer may never have come, and the one who asks again is told the same: that all refuse it. Another certificate has ended meanwhile.</summary>
    [Fact]
    public async Task Revoke_AgainAtANewActivationThatKnowsNoManager_WaitsAllTheSame()
    {
        await using var cluster = await TestCluster.StartAsync(nodes: 0, silos: 1);
        var grain = cluster.Client.GetGrain<IClusterGrain>(IClusterGrain.Key);
        using var authority = CertificateAuthority.Create("c1", cluster.Time.GetUtcNow());
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=m1", key, HashAlgorithmName.SHA256).CreateSigningRequest();
        await grain.EstablishAsync(new() { Id = "c1", Authority = authority.Certificate, AuthorityKey = authority.ExportKey(), Manager = new("m1"), SigningRequest = request });
        await grain.IssueClientAsync(new() { Name = "short", SigningRequest = request, Lifetime = TimeSpan.FromHours(1) });
        await grain.IssueClientAsync(new() { Name = "alice", SigningRequest = request, Lifetime = TimeSpan.FromDays(30) });
        var serial = (await grain.ListCertificatesAsync()).Single(one => one.Name == "alice").Serial!;
        var revoked = await grain.RevokeCertificateAsync(serial);

        cluster.Time.Shift = TimeSpan.FromHours(3);
        var killedAt = TimeProvider.System.GetTimestamp();
        await cluster.ReplaceAsync(cluster.Faults.Keys.Single());
        (await AnsweredAsync(() => grain.ListCertificatesAsync())).Select(one => one.Name).ShouldNotContain("short");
        var again = await AnsweredAsync(() => grain.RevokeCertificateAsync(serial));

        again.RevokedAt.ShouldBe(revoked.RevokedAt);
        TimeProvider.System.GetElapsedTime(killedAt).ShouldBeGreaterThan(TrustRecord.AskInterval);

        // From then on the activation is old enough to know all that there are, also where the timer rang a moment early. A wait would last longer now than any caller's.
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        cluster.Time.Early = -Limit.Long;
        (await grain.RevokeCertificateAsync(serial)).RevokedAt.ShouldBe(revoked.RevokedAt);
        cluster.Time.Early = TimeSpan.Zero;
    }

    private static async Task<T> AnsweredAsync<T>(Func<Task<T>> call)
    {
        using var limit = new CancellationTokenSource(Limit.Long);
        while (true)
        {
            try
            {
                return await call();
            }
            catch (Exception failure) when (failure is OrleansException or TimeoutException && !limit.IsCancellationRequested)
            {
                // The silo that was killed is being replaced.
            }
        }
    }
}
