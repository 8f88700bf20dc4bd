using System.Security.Cryptography.X509Certificates;

namespace Warren.TestSupport.Certificates;

/// <summary>Paths of PEM files: a certificate, its key, and the certificate of the authority that issued it.</summary>
public sealed record CertificateFiles(string Certificate, string Key, string Authority)
{
    /// <summary>The files that <see cref="TestAuthority.IssueFiles"/> made in the folder under the name.</summary>
    public static CertificateFiles Of(string folder, string name) =>
        new(Path.Combine(folder, $"{name}.crt"), Path.Combine(folder, $"{name}.key"), Path.Combine(folder, "authority.crt"));

    /// <summary>Reads the certificate with its key, and that of the authority.</summary>
    public (X509Certificate2 Certificate, X509Certificate2 Authority) Load() =>
        (X509Certificate2.CreateFromPemFile(Certificate, Key), X509CertificateLoader.LoadCertificateFromFile(Authority));
}
