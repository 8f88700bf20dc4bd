using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;
using Orleans.Runtime.Networking;

namespace Orleans.Embedded.Tests.Networking.Support;

/// <summary>A certificate authority made for one test.</summary>
internal sealed class TestCertificates : IDisposable
{
    public const string HostName = "silo.test";
    private const string ServerUsage = "1.3.6.1.5.5.7.3.1";
    private const string ClientUsage = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2 _authority;
    private int _lastSerial;

    public TestCertificates(string name = "Test CA")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = TimeProvider.System.GetUtcNow();
        _authority = request.CreateSelfSigned(now.AddDays(-30), now.AddDays(30));
    }

    /// <summary>A certificate for both sides of a connection.</summary>
    public X509Certificate2 Issue(string subject, int validFromDays = -1, int validToDays = 1, bool server = true, bool client = true)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={subject}", key, HashAlgorithmName.SHA256);
        var usages = new OidCollection();
        if (server) usages.Add(new Oid(ServerUsage));
        if (client) usages.Add(new Oid(ClientUsage));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(usages, false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(HostName);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        var serial = BitConverter.GetBytes(++_lastSerial);
        using var signed = request.Create(_authority, now.AddDays(validFromDays), now.AddDays(validToDays), serial);
        using var withKey = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pfx), null);
    }

    /// <summary>Trusts this authority alone, and checks names where there is one to check.</summary>
    public bool IsTrusted(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)) return false;
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.Add(_authority);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return own.Build(certificate);
    }

    /// <summary>TLS that shows a certificate and trusts this authority.</summary>
    public TransportSecurity Security(X509Certificate2? certificate, Action<TlsOptions>? change = null)
    {
        var options = new TlsOptions
        {
            LocalCertificate = certificate,
            RemoteCertificateValidation = IsTrusted,
            OnAuthenticateAsClient = static (_, handshake) => handshake.TargetHost = HostName,
        };
        change?.Invoke(options);
        return new TlsTransportSecurity(options, TimeProvider.System);
    }

    public void Dispose() => _authority.Dispose();
}
