using System.Security.Cryptography.X509Certificates;
using Warren.Security;

namespace Warren.Agent.Managers;

/// <summary>The node's identity towards managers: others of the cluster, workers above all, are no managers, whatever they say, and revoked ones are none any more.</summary>
internal sealed class ManagerCertificates(ICertificateProvider identity, RevocationList revoked) : ICertificateProvider
{
    /// <inheritdoc/>
    public X509Certificate2 Own => identity.Own;

    /// <inheritdoc/>
    public bool IsTrusted(X509Certificate2 certificate) =>
        identity.IsTrusted(certificate) && CertificateSubject.TryRead(certificate, out var subject) && subject.Role == CertificateRole.Manager
        && !revoked.Contains(certificate);
}
