using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Warren.Grains.Objects;
using Warren.Security;

namespace Warren.Grains.Clusters;

/// <summary>Issues certificates by the authority in the state of the cluster, whose key is opened only to sign.</summary>
internal static class Issuance
{
    private const string KeyName = "authority";

    /// <summary>Seals the key of an authority for the state.</summary>
    /// <param name="sealer">Has the data key.</param>
    /// <param name="number">Which of the cluster's authorities it is, from 1 on.</param>
    /// <param name="key">As PKCS #8.</param>
    public static byte[] Seal(ISecretSealer sealer, long number, ReadOnlySpan<byte> key) => sealer.Seal(ISecretSealer.KeyKind, KeyName, number, key);

    /// <summary>A certificate as PEM.</summary>
    /// <param name="state">Has the authority.</param>
    /// <param name="sealer">Has the data key.</param>
    /// <param name="key">The key that it is for.</param>
    /// <param name="subject">Whom it is about.</param>
    /// <param name="now">The time.</param>
    /// <param name="lifetime">How long it is good, but no longer than the authority's own. Default: 90 days.</param>
    /// <param name="hosts">By which names and addresses a manager is reached. Default: none.</param>
    public static string Issue(
        ClusterState state, ISecretSealer sealer, PublicKey key, CertificateSubject subject, DateTimeOffset now, TimeSpan? lifetime, IReadOnlyList<string>? hosts = null)
    {
        var issuer = RotationBook.Issuer(state);
        var authorityKey = sealer.Open(ISecretSealer.KeyKind, KeyName, issuer.Number, issuer.SealedKey.Span);
        try
        {
            using var authority = CertificateAuthority.Load(issuer.Authority, authorityKey);
            return authority.Issue(key, subject, now, lifetime, hosts);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(authorityKey);
        }
    }
}
