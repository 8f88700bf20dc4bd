using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Warren.Images.Registry;

/// <summary>
/// The connections to registries, one pool for each way of trusting. A registry's exception from verification holds for its own host alone, its
/// authority also for the token and storage services that it sends us to.
/// </summary>
internal sealed class RegistryTransports(RegistryOptions options) : IDisposable
{
    // Names change under long-lived agents.
    private static readonly TimeSpan s_connectionLifetime = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();
    private readonly Dictionary<(bool IsVerified, string? CaFile, DateTime CaWritten), HttpMessageInvoker> _pools = [];
    private bool _isDisposed;

    /// <param name="endpoint">The registry.</param>
    /// <param name="isForeign">Whether another host is called, to which the registry has sent us.</param>
    /// <exception cref="RegistryFailure">The file of the authority cannot be used.</exception>
    public HttpMessageInvoker For(RegistryEndpoint endpoint, bool isForeign)
    {
        var isVerified = isForeign || endpoint.Settings.Security != RegistrySecurity.UnverifiedTls;
        var caFile = endpoint.Settings.CaFile;
        var key = (isVerified, caFile, caFile is null ? default : File.GetLastWriteTimeUtc(caFile));
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_pools.TryGetValue(key, out var known)) return known;
            var pool = new HttpMessageInvoker(CreateHandler(isVerified, caFile, endpoint.Host));
            _pools.Add(key, pool);
            return pool;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            foreach (var pool in _pools.Values) pool.Dispose();
            _pools.Clear();
        }
    }

    private SocketsHttpHandler CreateHandler(bool isVerified, string? caFile, string host)
    {
        var handler = new SocketsHttpHandler
        {
            // Redirects are followed by RegistrySession, which decides what goes along.
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionLifetime = s_connectionLifetime,
        };
        if (!isVerified)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        }
        else if (caFile is not null)
        {
            var authorities = Load(caFile, host);
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                errors == SslPolicyErrors.None || IsFromAuthority(authorities, certificate, chain, errors);
        }
        return handler;
    }

    private static X509Certificate2Collection Load(string caFile, string host)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(caFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new RegistryFailure(ImageFault.Untrusted, $"the authority of {host} in {caFile} cannot be read: {e.Message}", inner: e);
        }
        if (authorities.Count == 0) throw new RegistryFailure(ImageFault.Untrusted, $"the authority file {caFile} of {host} holds no certificate");
        return authorities;
    }

    private static bool IsFromAuthority(
        X509Certificate2Collection authorities, X509Certificate? certificate, X509Chain? sent, SslPolicyErrors errors)
    {
        // Another name on the certificate, or none at all, no authority makes good.
        if (certificate is not X509Certificate2 leaf || errors != SslPolicyErrors.RemoteCertificateChainErrors) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        if (sent is not null) chain.ChainPolicy.ExtraStore.AddRange(sent.ChainElements.Select(element => element.Certificate).ToArray());
        return chain.Build(leaf);
    }
}
