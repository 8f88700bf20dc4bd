using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;

namespace Warren.Client.Connecting;

/// <summary>Channels to a manager. The command line has this file too, so that both reach a manager alike.</summary>
internal static class ManagerChannel
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>By a unix socket.</summary>
    public static GrpcChannel ToSocket(string path) => Make("http://localhost", new()
    {
        UseProxy = false,
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
    /// <param name="host"><c>ADDRESS:PORT</c>.</param>
    /// <param name="certificateFile">PEM file of the caller's certificate.</param>
    /// <param name="keyFile">PEM file of its key.</param>
    /// <param name="authorityFile">PEM file of the cluster's authority, or of several.</param>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="CryptographicException">A file holds something else.</exception>
    public static GrpcChannel ToHost(string host, string certificateFile, string keyFile, string authorityFile)
    {
        var certificate = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(authorityFile);
        return Make($"https://{host}", new()
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

    // What the library has for several servers and what HTTP has for browsers is left out: a command line that starts for each call pays for it each time.
    private static GrpcChannel Make(string address, SocketsHttpHandler handler)
    {
        (handler.UseCookies, handler.AllowAutoRedirect, handler.ActivityHeadersPropagator) = (false, false, null);
        return GrpcChannel.ForAddress(address, new() { HttpClient = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan }, DisposeHttpClient = true });
    }

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
