using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Warren.Security;

/// <summary>The authority of a cluster, with its key: ECDSA on P-384, good for ten years.</summary>
public sealed class CertificateAuthority : IDisposable
{
    /// <summary>How far clocks of a cluster may be apart.</summary>
    public static TimeSpan ClockSkew { get; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a certificate is good unless it is asked for otherwise.</summary>
    public static TimeSpan DefaultLifetime { get; } = TimeSpan.FromDays(90);

    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1", ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const int Years = 10, SerialBytes = 16;

    private readonly X509Certificate2 _certificate;

    private CertificateAuthority(X509Certificate2 certificate) => _certificate = certificate;

    /// <summary>Its certificate as PEM.</summary>
    public string Certificate => _certificate.ExportCertificatePem();

    /// <summary>Makes one.</summary>
    /// <param name="cluster">The id of the cluster.</param>
    /// <param name="now">The time.</param>
    public static CertificateAuthority Create(string cluster, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var name = new X500DistinguishedNameBuilder();
        name.AddOrganizationName(cluster);
        name.AddCommonName("Warren cluster authority");
        var request = new CertificateRequest(name.Build(), key, HashAlgorithmName.SHA384);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return new(request.CreateSelfSigned(now - ClockSkew, now.AddYears(Years)));
    }

    /// <summary>Takes one that was made.</summary>
    /// <param name="certificate">Its certificate as PEM.</param>
    /// <param name="key">Its private key as PKCS #8.</param>
    /// <exception cref="CryptographicException">The key is not that of the certificate.</exception>
    public static CertificateAuthority Load(string certificate, ReadOnlySpan<byte> key)
    {
        using var authority = X509Certificate2.CreateFromPem(certificate);
        using var privateKey = ECDsa.Create();
        privateKey.ImportPkcs8PrivateKey(key, out _);
        return new(authority.CopyWithPrivateKey(privateKey));
    }

    /// <summary>Its private key as PKCS #8; whoever has it is the authority.</summary>
    public byte[] ExportKey()
    {
        using var key = _certificate.GetECDsaPrivateKey()!;
        return key.ExportPkcs8PrivateKey();
    }

    /// <summary>Issues a certificate.</summary>
    /// <param name="key">The key that it is for.</param>
    /// <param name="subject">Whom it is about.</param>
    /// <param name="now">The time.</param>
    /// <param name="lifetime">How long it is good, but no longer than the authority's own. Default: 90 days.</param>
    /// <param name="hosts">Names and addresses by which a manager is reached; see <see cref="CertificateHosts"/>. Default: none; of others they are left out.</param>
    /// <returns>The certificate as PEM.</returns>
    public string Issue(PublicKey key, CertificateSubject subject, DateTimeOffset now, TimeSpan? lifetime = null, IReadOnlyList<string>? hosts = null)
    {
        var request = new CertificateRequest(subject.ToName(), key, HashAlgorithmName.SHA384);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        OidCollection uses = subject.Role == CertificateRole.Manager ? [new(ServerAuthentication), new(ClientAuthentication)] : [new(ClientAuthentication)];
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(uses, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        if (subject.Role == CertificateRole.Manager && CertificateHosts.ToExtension(hosts ?? []) is { } names) request.CertificateExtensions.Add(names);
        using var signer = _certificate.GetECDsaPrivateKey()!;
        var end = now + (lifetime ?? DefaultLifetime);
        var serial = RandomNumberGenerator.GetBytes(SerialBytes);
        using var issued = request.Create(
            _certificate.SubjectName,
            X509SignatureGenerator.CreateForECDsa(signer),
            now - ClockSkew,
            end < _certificate.NotAfter.ToUniversalTime() ? end : _certificate.NotAfter.ToUniversalTime(),
            serial);
        return issued.ExportCertificatePem();
    }

    /// <summary>Which of several authorities, which may have one name, has issued a certificate; null: none of them.</summary>
    public static X509Certificate2? IssuerOf(X509Certificate2 certificate, X509Certificate2Collection authorities)
    {
        var issuer = certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.KeyIdentifier;
        return issuer is not { } key ? null : authorities.FirstOrDefault(authority =>
            authority.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault() is { } its && its.SubjectKeyIdentifierBytes.Span.SequenceEqual(key.Span));
    }

    /// <inheritdoc/>
    public void Dispose() => _certificate.Dispose();
}
