using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Warren.TestSupport.Certificates;

/// <summary>A certificate authority that exists for one test or benchmark. Its key never leaves the process.</summary>
public sealed class TestAuthority : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    // Clocks of one machine agree; the margin is for a test that turns its clock back.
    private static readonly TimeSpan s_margin = TimeSpan.FromHours(1), s_lifetime = TimeSpan.FromDays(1);

    private readonly DateTimeOffset _now;
    private readonly X509Certificate2 _signer;

    private TestAuthority(X509Certificate2 signer, DateTimeOffset now)
    {
        _signer = signer;
        _now = now;
        Certificate = X509CertificateLoader.LoadCertificate(signer.RawData);
    }

    /// <summary>The authority's certificate, without its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <param name="name">The common name.</param>
    /// <param name="time">The clock by which certificates are valid; null for the system's.</param>
    public static TestAuthority Create(string name = "Warren test authority", TimeProvider? time = null)
    {
        var now = (time ?? TimeProvider.System).GetUtcNow();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return new TestAuthority(request.CreateSelfSigned(now - s_margin, now + s_lifetime), now);
    }

    /// <summary>A certificate with its key, good for loopback addresses and localhost.</summary>
    /// <param name="name">The common name.</param>
    /// <param name="use">What it may be used for.</param>
    /// <param name="role">What its holder is to a cluster of Warren: worker, manager or client; null: the certificate does not say.</param>
    public X509Certificate2 Issue(string name, CertificateUse use = CertificateUse.Both, string? role = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(role is null ? $"CN={name}" : $"CN={name}, OU={role}, O=test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. UsesOf(use).Select(oid => new Oid(oid))], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_signer, true, false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddDnsName(name);
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        names.AddIpAddress(System.Net.IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var issued = request.Create(_signer, _now - s_margin, _now + s_lifetime, RandomNumberGenerator.GetBytes(16));
        return issued.CopyWithPrivateKey(key);
    }

    /// <summary>Issues a certificate and writes it, its key and the authority's certificate to a folder, for another process.</summary>
    /// <returns>Where <see cref="CertificateFiles.Load"/> finds them.</returns>
    public CertificateFiles IssueFiles(string folder, string name, CertificateUse use = CertificateUse.Both, string? role = null)
    {
        using var certificate = Issue(name, use, role);
        using var key = certificate.GetECDsaPrivateKey()!;
        var files = new CertificateFiles(Path.Combine(folder, $"{name}.crt"), Path.Combine(folder, $"{name}.key"), Path.Combine(folder, "authority.crt"));
        File.WriteAllText(files.Authority, Certificate.ExportCertificatePem());
        File.WriteAllText(files.Certificate, certificate.ExportCertificatePem());
        using (var made = new FileStream(files.Key, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        using (var writer = new StreamWriter(made))
        {
            writer.Write(key.ExportPkcs8PrivateKeyPem());
        }

        return files;
    }

    /// <summary>Whether a certificate is valid and comes from the given authority.</summary>
    public static bool IsFrom(X509Certificate2 authority, X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _signer.Dispose();
        Certificate.Dispose();
    }

    private static IEnumerable<string> UsesOf(CertificateUse use)
    {
        if (use.HasFlag(CertificateUse.Server)) yield return ServerAuthentication;
        if (use.HasFlag(CertificateUse.Client)) yield return ClientAuthentication;
    }
}
