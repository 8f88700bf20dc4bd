using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Connections.Security;
using Orleans.Embedded.Tests.Networking.Support;
using Orleans.Runtime.Networking;

namespace Orleans.Embedded.Tests.Networking;

/// <summary>Who may connect, by certificate. Refusals are counted by the side that makes them, and never harm others.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TestCertificates _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData("tcp")]
    [InlineData("memory")]
    public async Task Call_BothHaveGoodCertificates_SucceedsAndEachKnowsTheOther(string kind)
    {
        await using var network = TestNetwork.Of(kind);
        await using var one = await SiloAsync(network, _authority.Issue("one"));
        await using var other = await SiloAsync(network, _authority.Issue("other"));

        (await one.CallAsync(other)).ShouldBe("hello");
        var text = new string('x', 200_000);
        (await other.CallAsync(one, text) == text).ShouldBeTrue();

        one.Connections.CertificateOf(other.Peer)!.Subject.ShouldBe("CN=other");
        other.Connections.CertificateOf(one.Peer)!.Subject.ShouldBe("CN=one");
    }

    [Fact]
    public async Task Stop_WithTls_EndsInPeace()
    {
        await using var network = TestNetwork.Loopback;
        await using var one = await SiloAsync(network, _authority.Issue("one"));
        await using var other = await SiloAsync(network, _authority.Issue("other"));
        await one.CallAsync(other);

        await other.Connections.StopAsync(default).WaitAsync(TestNode.Patience);

        (await one.NextChangeAsync()).Connected.ShouldBeTrue();
        (await one.NextChangeAsync()).ShouldBe(new PeerChange(other.Peer, false, null));
    }

    [Fact]
    public async Task Connect_WithoutCertificate_IsRefused() => await RefusedByTheListenerAsync(_authority.Security(null));

    [Fact]
    public async Task Connect_WithCertificateOfAnotherAuthority_IsRefused()
    {
        using var stranger = new TestCertificates("Other CA");
        var certificate = stranger.Issue("intruder");
        await RefusedByTheListenerAsync(_authority.Security(certificate));
    }

    [Fact]
    public async Task Connect_WithExpiredCertificate_IsRefused() =>
        await RefusedByTheListenerAsync(_authority.Security(_authority.Issue("old", -10, -1)));

    [Fact]
    public async Task Connect_WithCertificateOfTheFuture_IsRefused() =>
        await RefusedByTheListenerAsync(_authority.Security(_authority.Issue("early", 1, 2)));

    [Fact]
    public async Task Connect_WithSelfMadeCertificateOfTheSameNames_IsRefused()
    {
        using var forger = new TestCertificates();
        await RefusedByTheListenerAsync(_authority.Security(forger.Issue("one")));
    }

    [Fact]
    public async Task Connect_WithoutTls_IsRefused()
    {
        await using var network = TestNetwork.Loopback;
        await using var silo = await SiloAsync(network, _authority.Issue("silo"));
        await using var client = TestNode.Client(network);

        await Should.ThrowAsync<RejectedException>(() => client.CallAsync(silo));

        await silo.Metrics.RefusedAsync(RefusedBecause.Authentication);
        await StillServesAsync(network, silo);
    }

    [Fact]
    public async Task Connect_WithTlsToASiloWithout_IsRefused()
    {
        await using var network = TestNetwork.Loopback;
        await using var silo = await TestNode.SiloAsync(network);
        await using var client = TestNode.Client(network, new NodeSettings { Security = _authority.Security(_authority.Issue("client")) });

        await Should.ThrowAsync<RejectedException>(() => client.CallAsync(silo));

        await silo.Metrics.RefusedAsync("unreadable-hello");
    }

    [Fact]
    public async Task Connect_WithAnOlderTls_IsRefusedByDefault() => await RefusedByTheListenerAsync(
        _authority.Security(_authority.Issue("client"), static options => options.SslProtocols = SslProtocols.Tls12));

    [Fact]
    public async Task Connect_WithAnOlderTlsOnBothSides_SucceedsWhereItIsAllowed()
    {
        await using var network = TestNetwork.Loopback;
        static void Old(TlsOptions options) => options.SslProtocols = SslProtocols.Tls12;
        await using var silo = await TestNode.SiloAsync(network, new NodeSettings { Security = _authority.Security(_authority.Issue("silo"), Old) });
        await using var client = TestNode.Client(network, new NodeSettings { Security = _authority.Security(_authority.Issue("client"), Old) });

        (await client.CallAsync(silo)).ShouldBe("hello");
    }

    [Fact]
    public async Task Connect_ListenerOfAnotherAuthority_IsRefusedByTheDialler()
    {
        using var stranger = new TestCertificates("Other CA");
        await using var network = TestNetwork.Loopback;
        await using var impostor = await TestNode.SiloAsync(
            network, new NodeSettings { Security = stranger.Security(stranger.Issue("impostor"), options => options.RemoteCertificateValidation = (_, _, _) => true) });
        await using var client = TestNode.Client(network, new NodeSettings { Security = _authority.Security(_authority.Issue("client")) });

        var rejection = await Should.ThrowAsync<RejectedException>(() => client.CallAsync(impostor));

        rejection.Reason.ShouldContain("certificate");
        impostor.Handler.Messages.TryRead(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Connect_ListenerOfAnotherName_IsRefusedByTheDialler()
    {
        await using var network = TestNetwork.Loopback;
        await using var silo = await SiloAsync(network, _authority.Issue("silo"));
        await using var client = TestNode.Client(network, new NodeSettings
        {
            Security = _authority.Security(
                _authority.Issue("client"), static options => options.OnAuthenticateAsClient = static (_, handshake) => handshake.TargetHost = "elsewhere.test"),
        });

        await Should.ThrowAsync<RejectedException>(() => client.CallAsync(silo));
    }

    [Fact]
    public async Task Connect_NoValidationOfOnesOwn_ThePlatformsRulesRefuseAnUnknownAuthority()
    {
        await using var network = TestNetwork.Loopback;
        await using var silo = await SiloAsync(network, _authority.Issue("silo"));
        await using var client = TestNode.Client(network, new NodeSettings
        {
            Security = _authority.Security(_authority.Issue("client"), static options => options.RemoteCertificateValidation = null),
        });

        await Should.ThrowAsync<RejectedException>(() => client.CallAsync(silo));
    }

    [Theory]
    [InlineData(RemoteCertificateMode.AllowCertificate, true)]
    [InlineData(RemoteCertificateMode.NoCertificate, true)]
    [InlineData(RemoteCertificateMode.RequireCertificate, false)]
    public async Task RemoteCertificateMode_ClientWithoutCertificate_DecidesOverIt(RemoteCertificateMode mode, bool welcome)
    {
        await using var network = TestNetwork.Loopback;
        await using var silo = await TestNode.SiloAsync(network, new NodeSettings
        {
            Security = _authority.Security(_authority.Issue("silo"), options => options.RemoteCertificateMode = mode),
        });
        await using var client = TestNode.Client(network, new NodeSettings { Security = _authority.Security(null) });

        if (welcome) (await client.CallAsync(silo)).ShouldBe("hello");
        else await Should.ThrowAsync<RejectedException>(() => client.CallAsync(silo));

        silo.Connections.CertificateOf(client.Peer).ShouldBeNull();
    }

    [Fact]
    public async Task ClientCertificateMode_NoCertificate_ShowsNone()
    {
        await using var network = TestNetwork.Loopback;
        await using var silo = await TestNode.SiloAsync(network, new NodeSettings
        {
            Security = _authority.Security(_authority.Issue("silo"), static options => options.RemoteCertificateMode = RemoteCertificateMode.AllowCertificate),
        });
        await using var client = TestNode.Client(network, new NodeSettings
        {
            Security = _authority.Security(_authority.Issue("client"), static options => options.ClientCertificateMode = RemoteCertificateMode.NoCertificate),
        });

        await client.CallAsync(silo);

        silo.Connections.CertificateOf(client.Peer).ShouldBeNull();
    }

    [Fact]
    public async Task LocalCertificate_NotMeantForClients_IsNotShown()
    {
        await using var network = TestNetwork.Loopback;
        await using var silo = await SiloAsync(network, _authority.Issue("silo"));
        await using var client = TestNode.Client(network, new NodeSettings { Security = _authority.Security(_authority.Issue("client", client: false)) });

        (await Should.ThrowAsync<RejectedException>(() => client.CallAsync(silo))).Reason.ShouldContain("not meant for clients");
    }

    [Fact]
    public async Task Selectors_CertificatesRenewed_NextConnectionShowsTheNewOnes()
    {
        var names = new[] { "first", "second" };
        var round = 0;
        var servers = names.Select(name => _authority.Issue($"{name} of the silo")).ToArray();
        var clients = names.Select(name => _authority.Issue($"{name} of the client")).ToArray();
        await using var network = TestNetwork.Loopback;
        await using var silo = await TestNode.SiloAsync(network, new NodeSettings
        {
            Security = _authority.Security(null, options => options.LocalServerCertificateSelector = (_, name) => name == TestCertificates.HostName ? servers[round] : throw new InvalidOperationException(name)),
        });
        await using var client = TestNode.Client(network, new NodeSettings
        {
            Security = _authority.Security(null, options => options.LocalClientCertificateSelector = (_, _, _, _, _) => clients[round]),
        });

        for (round = 0; round < names.Length; round++)
        {
            await client.CallAsync(silo);
            client.Connections.CertificateOf(silo.Peer)!.Subject.ShouldBe($"CN={names[round]} of the silo");
            silo.Connections.CertificateOf(client.Peer)!.Subject.ShouldBe($"CN={names[round]} of the client");
            (await silo.NextChangeAsync()).Connected.ShouldBeTrue();
            client.Connections.Close(silo.Peer, "the next round");
            (await silo.NextChangeAsync()).Connected.ShouldBeFalse();
        }
    }

    [Fact]
    public async Task OnAuthenticate_BothSides_SeeWhatTheOptionsSay()
    {
        TlsServerAuthenticationOptions? server = null;
        TlsClientAuthenticationOptions? client = null;
        await using var network = TestNetwork.Loopback;
        await using var silo = await TestNode.SiloAsync(network, new NodeSettings
        {
            Security = _authority.Security(_authority.Issue("silo"), options =>
            {
                options.CheckCertificateRevocation = true;
                options.OnAuthenticateAsServer = (connection, handshake) =>
                {
                    connection.RemoteEndPoint.ShouldNotBeNull();
                    server = handshake;
                    handshake.CertificateRevocationCheckMode.ShouldBe(X509RevocationMode.Online);
                    handshake.CertificateRevocationCheckMode = X509RevocationMode.NoCheck;
                };
            }),
        });
        var certificate = _authority.Issue("client");
        await using var node = TestNode.Client(network, new NodeSettings
        {
            Security = _authority.Security(certificate, options => options.OnAuthenticateAsClient = (_, handshake) =>
            {
                client = handshake;
                handshake.TargetHost = TestCertificates.HostName;
            }),
        });

        await node.CallAsync(silo);

        server!.ClientCertificateRequired.ShouldBeTrue();
        server.EnabledSslProtocols.ShouldBe(SslProtocols.Tls13);
        ((SslServerAuthenticationOptions)server.SslServerAuthenticationOptions).AllowTlsResume.ShouldBeFalse();
        client!.ClientCertificates!.Count.ShouldBe(1);
        client.EnabledSslProtocols.ShouldBe(SslProtocols.Tls13);
        ((SslClientAuthenticationOptions)client.SslClientAuthenticationOptions).AllowTlsResume.ShouldBeFalse();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task HandshakeTimeout_DiallerSaysNothing_IsRefusedInTime(bool tlsLimit)
    {
        var limit = TimeSpan.FromMilliseconds(200);
        await using var network = TestNetwork.Loopback;
        await using var silo = await TestNode.SiloAsync(network, new NodeSettings
        {
            Security = _authority.Security(_authority.Issue("silo"), options => options.HandshakeTimeout = tlsLimit ? limit : Timeout.InfiniteTimeSpan),
            Configure = options => options.HandshakeTimeout = tlsLimit ? TimeSpan.FromHours(1) : limit,
        });
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(silo.Silo.Endpoint);

        (await socket.ReceiveAsync(new byte[1]).WaitAsync(TestNode.Patience)).ShouldBe(0);

        await silo.Metrics.RefusedAsync(RefusedBecause.HandshakeTimeout);
    }

    [Fact]
    public void HandshakeTimeout_NotPositive_IsRefused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => new TlsOptions { HandshakeTimeout = TimeSpan.Zero });

    [Fact]
    public void UseTls_SiloWithoutCertificate_IsAConfigurationError() =>
        Should.Throw<OrleansConfigurationException>(() => new Builder().UseTlsAsSilo(static _ => { })).Message.ShouldContain("LocalServerCertificateSelector");

    [Fact]
    public void UseTls_ClientThatMustHaveACertificate_IsAConfigurationError()
    {
        Should.Throw<OrleansConfigurationException>(() => new Builder().UseTlsAsClient(
            static options => options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate)).Message.ShouldContain("ClientCertificateMode");
        new Builder().UseTlsAsClient(static _ => { });
    }

    [Fact]
    public void UseTls_Certificate_MakesTheSecurityOfTheTransport()
    {
        using var certificate = _authority.Issue("one");
        var silo = new Builder();
        silo.UseTlsAsSilo(options => options.LocalCertificate = certificate);
        using var services = silo.Services.BuildServiceProvider();

        services.GetRequiredService<TransportSecurity>().ShouldBeOfType<TlsTransportSecurity>();
    }

    private Task<TestNode> SiloAsync(TestNetwork network, X509Certificate2 certificate) =>
        TestNode.SiloAsync(network, new NodeSettings { Security = _authority.Security(certificate) });

    private async Task RefusedByTheListenerAsync(TransportSecurity intruder)
    {
        await using var network = TestNetwork.Loopback;
        await using var silo = await SiloAsync(network, _authority.Issue("silo"));
        await using var client = TestNode.Client(network, new NodeSettings { Security = intruder });

        (await Should.ThrowAsync<RejectedException>(() => client.CallAsync(silo))).Kind.ShouldBe(RejectionKind.Unavailable);

        await silo.Metrics.RefusedAsync(RefusedBecause.Authentication);
        silo.Connections.Connected.ShouldBeEmpty();
        silo.Handler.Messages.TryRead(out _).ShouldBeFalse();
        await StillServesAsync(network, silo);
    }

    private async Task StillServesAsync(TestNetwork network, TestNode silo)
    {
        await using var good = TestNode.Client(network, new NodeSettings { Security = _authority.Security(_authority.Issue("good")) });
        (await good.CallAsync(silo)).ShouldBe("hello");
    }

    private sealed class Builder : ISiloBuilder, IClientBuilder
    {
        public IServiceCollection Services { get; } = new ServiceCollection();

        public IConfiguration Configuration { get; } = new ConfigurationBuilder().Build();

        public void UseTlsAsSilo(Action<TlsOptions> configure) => ((ISiloBuilder)this).UseTls(configure);

        public void UseTlsAsClient(Action<TlsOptions> configure) => ((IClientBuilder)this).UseTls(configure);
    }
}
