using Warren.Security;

namespace Warren.Grains.Clusters;

/// <summary>How long certificates of nodes are good.</summary>
public sealed class CertificateOptions
{
    /// <summary>From when a certificate is issued to its end, 10 s to ten years; nodes renew theirs at two thirds of it. Default: 90 days.</summary>
    public TimeSpan Lifetime { get; set; } = CertificateAuthority.DefaultLifetime;

    /// <summary>
    /// How long a step of the authority's rotation may take, 1 s to ten years. It goes on all the same, since nodes that are away come back; from then on the
    /// missing ones are named in an event each day. Default: 7 days.
    /// </summary>
    public TimeSpan RotationDeadline { get; set; } = DefaultRotationDeadline;

    /// <summary>Unless another one is set.</summary>
    public static TimeSpan DefaultRotationDeadline { get; } = TimeSpan.FromDays(7);
}
