using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using Warren.Cli.Errors;
using Warren.V1;

namespace Warren.Cli.Running;

/// <summary>The way to a manager.</summary>
internal sealed class Connection : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private readonly GrpcChannel _channel;

    private Connection(string where, string address, SocketsHttpHandler handler)
    {
        Where = where;
        _channel = GrpcChannel.ForAddress(address, new() { HttpHandler = handler, DisposeHttpClient = true });
    }

    /// <summary>The manager, as messages name it.</summary>
    public string Where { get; }

    public ServiceApi.ServiceApiClient Services => new(_channel);

    public TaskApi.TaskApiClient Tasks => new(_channel);

    public NodeApi.NodeApiClient Nodes => new(_channel);

    public SecretApi.SecretApiClient Secrets => new(_channel);

    public ConfigApi.ConfigApiClient Configs => new(_channel);

    public VolumeApi.VolumeApiClient Volumes => new(_channel);

    public PlanApi.PlanApiClient Plans => new(_channel);

    public LogApi.LogApiClient Logs => new(_channel);

    public EventApi.EventApiClient Events => new(_channel);

    public ClusterApi.ClusterApiClient Cluster => new(_channel);

    /// <summary>By a unix socket.</summary>
    public static Connection ToSocket(string path) => new(path, "http://localhost", new()
    {
        ConnectCallback = async (_, cancellation) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
    });

    /// <summary>By TLS, both sides showing a certificate of the cluster's authority.</summary>
    /// <exception cref="CliException">The files cannot be used.</exception>
    public static Connection ToHost(string host, string certificateFile, string keyFile, string authorityFile)
    {
        try
        {
            var certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(authorityFile);
            return new(host, $"https://{host}", new()
            {
                SslOptions = new SslClientAuthenticationOptions
                {
                    ClientCertificates = [certificate],
                    EnabledSslProtocols = SslProtocols.Tls13,

                    // Names are not compared: who belongs to the cluster, its authority decides.
                    RemoteCertificateValidationCallback = (_, shown, _, _) => shown is X509Certificate2 server && IsTrusted(server, authorities),
                },
            });
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new CliException(ExitCodes.Usage, $"the certificate cannot be used: {failure.Message}", "check --certificate, --key and --authority");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _channel.Dispose();

    private static bool IsTrusted(X509Certificate2 certificate, X509Certificate2Collection authorities)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;

        // Certificates of workers and clients are of the authority too, and are not made for this.
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        return chain.Build(certificate);
    }
}
