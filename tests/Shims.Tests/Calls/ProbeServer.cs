using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Warren.Shims.Tests.Probe;

namespace Warren.Shims.Tests.Calls;

/// <summary>A real Kestrel with the probe service, over TLS on loopback and over a unix socket, and channels to it.</summary>
public sealed class ProbeServer : IAsyncLifetime
{
    /// <summary>How long a test waits for what must happen; only a failing test waits this long.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("warren-probe-");
    private readonly TestAuthority _authority = new("Warren test authority");
    private readonly Dictionary<Transport, GrpcChannel> _channels = [];
    private readonly X509Certificate2 _certificate;
    private readonly ServiceSource _source;
    private WebApplication? _application;

    public ProbeServer() : this(ServiceSource.Type)
    {
    }

    internal ProbeServer(ServiceSource source)
    {
        _source = source;
        _certificate = _authority.Issue("localhost");
        SocketPath = Path.Combine(_directory.FullName, "probe.sock");
        AuthorityFile = Path.Combine(_directory.FullName, "ca.pem");
        File.WriteAllText(AuthorityFile, _authority.Root.ExportCertificatePem());
    }

    public ProbeLog Log { get; } = new();

    public string SocketPath { get; }

    public string AuthorityFile { get; }

    public int TlsPort { get; private set; }

    public async Task InitializeAsync()
    {
        _application = Build();
        await _application.StartAsync();
        var addresses = _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        TlsPort = new Uri(addresses.Single(address => address.StartsWith("https://", StringComparison.Ordinal))).Port;
        foreach (var transport in Enum.GetValues<Transport>())
            _channels[transport] = Connect(transport);
    }

    public async Task DisposeAsync()
    {
        foreach (var channel in _channels.Values)
            channel.Dispose();
        if (_application is not null)
            await _application.DisposeAsync();
        _certificate.Dispose();
        _authority.Dispose();
        _directory.Delete(recursive: true);
    }

    /// <summary>A client on the shared channel of this transport.</summary>
    internal Prober.ProberClient Client(Transport transport) => new(_channels[transport]);

    internal GrpcChannel Channel(Transport transport) => _channels[transport];

    /// <summary>A channel of its own.</summary>
    internal GrpcChannel Connect(Transport transport, ChannelCredentials? credentials = null, X509Certificate2? clientCertificate = null)
    {
        var options = new GrpcChannelOptions
        {
            HttpHandler = Handler(transport, clientCertificate),
            DisposeHttpClient = true,
            Credentials = credentials,
        };
        return GrpcChannel.ForAddress(Address(transport), options);
    }

    internal X509Certificate2 IssueClientCertificate(string commonName) => _authority.Issue(commonName);

    internal string Address(Transport transport) => transport == Transport.Tls ? $"https://localhost:{TlsPort}" : "http://localhost";

    /// <summary>What carries HTTP to the server over this transport.</summary>
    internal SocketsHttpHandler Handler(Transport transport, X509Certificate2? clientCertificate = null) => transport == Transport.Tls
        ? new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = _authority.Policy,
                ClientCertificates = clientCertificate is null ? [] : [clientCertificate],
            },
        }
        : new SocketsHttpHandler { ConnectCallback = (_, cancellationToken) => ConnectSocket(SocketPath, cancellationToken) };

    private static async ValueTask<Stream> ConnectSocket(string path, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private WebApplication Build()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, endpoint =>
            {
                endpoint.Protocols = HttpProtocols.Http2;
                endpoint.UseHttps(new HttpsConnectionAdapterOptions
                {
                    ServerCertificate = _certificate,
                    ClientCertificateMode = ClientCertificateMode.AllowCertificate,
                    ClientCertificateValidation = (certificate, _, _) => IsIssued(certificate),
                });
            });
            kestrel.ListenUnixSocket(SocketPath, endpoint => endpoint.Protocols = HttpProtocols.Http2);
        });
        builder.Services.AddSingleton(Log);
        builder.Services.AddGrpc(Configure);

        var application = builder.Build();
        application.Use((context, next) =>
        {
            CountedBody.Wrap(context);
            return next(context);
        });
        if (_source == ServiceSource.Type)
            application.MapGrpcService<ProbeService>();
        else
            application.MapGrpcService(Prober.BindService(new ProbeService(Log)));
        return application;
    }

    private bool IsIssued(X509Certificate2 certificate)
    {
        using var chain = new X509Chain { ChainPolicy = _authority.Policy };
        return chain.Build(certificate);
    }

    private static void Configure(GrpcServiceOptions options)
    {
        options.ResponseCompressionAlgorithm = "gzip";
        options.Interceptors.Add<ShapeInterceptor>();
    }
}
