using System.Security.Cryptography.X509Certificates;
using Warren.Clusters;
using Warren.Security;

namespace Warren.Grains.Clusters;

/// <summary>A silo's copy of whom the cluster trusts. Safe to use from several threads.</summary>
public sealed class TrustBoard
{
    private readonly Lock _lock = new();
    private volatile TrustRecord _current = new() { Version = 0 };

    /// <summary>As last heard; version 0: nothing was.</summary>
    public TrustRecord Current => _current;

    /// <summary>Called, in no particular thread, after it has changed.</summary>
    public event Action<TrustRecord>? Changed;

    /// <summary>Takes a version, unless a later one is there.</summary>
    /// <returns>Whether it was taken.</returns>
    public bool Take(TrustRecord trust)
    {
        lock (_lock)
        {
            if (trust.Version <= _current.Version) return false;
            _current = trust;
        }

        Changed?.Invoke(trust);
        return true;
    }

    /// <summary>Whether a certificate was revoked, and has not ended since.</summary>
    public bool IsRevoked(X509Certificate2 certificate)
    {
        var revoked = _current.Revoked;
        return !revoked.IsEmpty && CertificateSubject.TryRead(certificate, out var subject) && revoked.Any(one =>
            one.Role == subject.Role && one.Name == subject.Name && (one.Serial is null || one.Serial.Equals(certificate.SerialNumber, StringComparison.OrdinalIgnoreCase)));
    }
}
