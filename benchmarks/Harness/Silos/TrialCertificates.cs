using System.Security.Cryptography.X509Certificates;
using Warren.Security;
using Warren.TestSupport.Certificates;

namespace Warren.Harness.Silos;

/// <summary>The certificate that the trial issued to a process. No authority but the trial's is trusted.</summary>
internal sealed class TrialCertificates(CertificateFiles files) : ICertificateProvider
{
    private readonly (X509Certificate2 Own, X509Certificate2 Authority) _loaded = files.Load();

    /// <inheritdoc/>
    public X509Certificate2 Own => _loaded.Own;

    /// <inheritdoc/>
    public bool IsTrusted(X509Certificate2 certificate) => TestAuthority.IsFrom(_loaded.Authority, certificate);
}
