using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Warren.Grains.Clusters;
using Warren.Security;
using Warren.Silo.Api.Hosting;
using Warren.Silo.Tests.Testing;

namespace Warren.Silo.Tests.Security;

public sealed class CertificateLifeTests : IDisposable
{
    private static readonly TimeSpan s_day = TimeSpan.FromDays(1), s_skew = CertificateAuthority.ClockSkew, s_second = TimeSpan.FromSeconds(1);

    private readonly MovedTime _time = new();
    private readonly TrustBoard _board = new();
    private readonly List<X509Certificate2> _certificates = [];

    public void Dispose() => _certificates.ForEach(certificate => certificate.Dispose());

    [Fact]
    public void Ended_AtTheEndOfTheCertificate_AfterFiveMinutesMore()
    {
        using var life = new CertificateLife(Issue(s_day), _board, _time);

        _time.Advance(s_day + s_skew - s_second);
        life.Ended.IsCancellationRequested.ShouldBeFalse();
        life.Reason.ShouldBeNull();
        _time.Advance(s_second);
        life.Ended.IsCancellationRequested.ShouldBeTrue();
        life.Reason.ShouldBe("the certificate ended on 2026-03-02 00:00:00Z; have another one issued");
    }

    [Fact]
    public void Ended_CertificateOfYears_IsLookedAtInBetweenAndEndsInTime()
    {
        using var life = new CertificateLife(Issue(100 * s_day), _board, _time);

        for (var day = 0; day < 100; day++) _time.Advance(s_day);
        life.Ended.IsCancellationRequested.ShouldBeFalse();
        _time.Advance(s_skew);
        life.Ended.IsCancellationRequested.ShouldBeTrue();
    }

    [Fact]
    public void Ended_Revoked_AtOnceAndOthersGoOn()
    {
        var (certificate, other) = (Issue(s_day), Issue(s_day));
        using var life = new CertificateLife(certificate, _board, _time);
        using var otherLife = new CertificateLife(other, _board, _time);

        _board.Take(new() { Version = 1, Revoked = [new(CertificateRole.Client, "alice", certificate.SerialNumber, _time.GetUtcNow() + s_day)] });

        life.Ended.IsCancellationRequested.ShouldBeTrue();
        life.Reason.ShouldBe("the certificate was revoked; have another one issued");
        otherLife.Ended.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public void Ended_RevokedBefore_FromTheBeginning()
    {
        var certificate = Issue(s_day);
        _board.Take(new() { Version = 1, Revoked = [new(CertificateRole.Client, "alice", null, _time.GetUtcNow() + s_day)] });

        using var life = new CertificateLife(certificate, _board, _time);

        life.Reason.ShouldBe("the certificate was revoked; have another one issued");
    }

    private X509Certificate2 Issue(TimeSpan lifetime)
    {
        using var authority = CertificateAuthority.Create("c1", _time.GetUtcNow());
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var certificate = X509Certificate2.CreateFromPem(authority.Issue(new(key), new("c1", "alice", CertificateRole.Client), _time.GetUtcNow(), lifetime));
        _certificates.Add(certificate);
        return certificate;
    }
}
