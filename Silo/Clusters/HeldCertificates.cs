using System.Security.Cryptography.X509Certificates;
using Warren.Grains.Clusters;
using Warren.Security;

namespace Warren.Silo.Clusters;

/// <summary>A manager's identity, which trusts no certificate that was revoked, with one exception: a removed worker may connect, to hear that it is removed.</summary>
internal sealed class HeldCertificates(ICertificateProvider identity, TrustBoard board) : ICertificateProvider
{
    /// <inheritdoc/>
    public X509Certificate2 Own => identity.Own;

    /// <inheritdoc/>
    public bool IsTrusted(X509Certificate2 certificate) => identity.IsTrusted(certificate)
        && (!board.IsRevoked(certificate) || (CertificateSubject.TryRead(certificate, out var subject) && subject.Role == CertificateRole.Worker));
}
