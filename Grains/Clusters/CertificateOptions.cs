using Warren.Security;

namespace Warren.Grains.Clusters;

/// <summary>How long certificates of nodes are good.</summary>
public sealed class CertificateOptions
{
    /// <summary>From when a certificate is issued to its end, 10 s to ten years; nodes renew theirs at two thirds of it. Default: 90 days.</summary>
    public TimeSpan Lifetime { get; set; } = CertificateAuthority.DefaultLifetime;
}
