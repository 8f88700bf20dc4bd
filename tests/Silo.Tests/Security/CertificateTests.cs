using System.Security.Cryptography.X509Certificates;
using Orleans.TestingHost;
using Warren.Hosting.Security;
using Warren.Security;
using Warren.TestSupport.Certificates;

namespace Warren.Silo.Tests.Security;

/// <summary>Silos and clients whose certificates come from a provider.</summary>
public sealed class CertificateTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);
    private readonly TestAuthority _authority = TestAuthority.Create(), _stranger = TestAuthority.Create();

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
    }

    [Fact]
    public async Task Cluster_CertificatesOfOneAuthority_WorksAndEachShowsItsOwn()
    {
        var (silos, client) = (new Provider(_authority, "silos"), new Provider(_authority, "client"));
        await using var cluster = Build(silos, client);
        await cluster.DeployAsync().WaitAsync(s_patience);

        (await ActiveAsync(cluster)).ShouldBe(2);

        silos.Seen.Order().ShouldBe(["CN=client", "CN=silos"]);
        client.Seen.ShouldBe(["CN=silos"]);
    }

    [Fact]
    public async Task Provider_RenewsTheCertificate_TheNextConnectionShowsIt()
    {
        var (silos, client) = (new Provider(_authority, "silos"), new Provider(_authority, "before"));
        await using var cluster = Build(silos, client);
        await cluster.DeployAsync().WaitAsync(s_patience);
        silos.Seen.ShouldContain("CN=before");

        client.Own = _authority.Issue("after");
        await cluster.KillClientAsync();
        await cluster.InitializeClientAsync().WaitAsync(s_patience);

        (await ActiveAsync(cluster)).ShouldBe(2);
        silos.Seen.ShouldContain("CN=after");
    }

    [Fact]
    public async Task Client_CertificateOfAnotherAuthority_IsRefused()
    {
        var client = new Provider(_authority, "client");
        await using var cluster = Build(new Provider(_authority, "silos"), client);
        await cluster.DeployAsync().WaitAsync(s_patience);
        await cluster.KillClientAsync();

        client.Own = _stranger.Issue("client");

        await Should.ThrowAsync<SiloUnavailableException>(() => cluster.InitializeClientAsync().WaitAsync(s_patience));
    }

    [Fact]
    public async Task Client_ThatTrustsAnotherAuthority_RefusesTheSilos()
    {
        var client = new Provider(_authority, "client");
        await using var cluster = Build(new Provider(_authority, "silos"), client);
        await cluster.DeployAsync().WaitAsync(s_patience);
        await cluster.KillClientAsync();

        client.Trusted = _stranger.Certificate;

        await Should.ThrowAsync<SiloUnavailableException>(() => cluster.InitializeClientAsync().WaitAsync(s_patience));
    }

    private static InProcessTestCluster Build(ICertificateProvider silos, ICertificateProvider client) => new InProcessTestClusterBuilder(2)
        .ConfigureSilo((_, silo) => silo.UseCertificates(silos))
        .ConfigureClient(builder => builder.UseCertificates(client))
        .Build();

    private static async Task<int> ActiveAsync(InProcessTestCluster cluster) =>
        (await cluster.Client.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true)).Count;

    /// <summary>Shows a certificate of an authority, and trusts those of one; notes whom it was shown.</summary>
    private sealed class Provider(TestAuthority authority, string name) : ICertificateProvider
    {
        private readonly HashSet<string> _seen = [];

        public X509Certificate2 Own { get; set; } = authority.Issue(name);

        public X509Certificate2 Trusted { get; set; } = authority.Certificate;

        public IReadOnlyCollection<string> Seen
        {
            get
            {
                lock (_seen) return [.. _seen];
            }
        }

        public bool IsTrusted(X509Certificate2 certificate)
        {
            lock (_seen) _seen.Add(certificate.Subject);
            return TestAuthority.IsFrom(Trusted, certificate);
        }
    }
}
