using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Warren.Grains.Clusters;
using Warren.Security;
using Warren.Silo.Api.Hosting;

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
        life.Reason.ShouldBe("the certificate ended on 2026-03-02 00:00:00Z");
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
        life.Reason.ShouldBe("the certificate was revoked");
        otherLife.Ended.IsCancellationRequested.ShouldBeFalse();
    }

    [Fact]
    public void Ended_RevokedBefore_FromTheBeginning()
    {
        var certificate = Issue(s_day);
        _board.Take(new() { Version = 1, Revoked = [new(CertificateRole.Client, "alice", null, _time.GetUtcNow() + s_day)] });

        using var life = new CertificateLife(certificate, _board, _time);

        life.Reason.ShouldBe("the certificate was revoked");
    }

    private X509Certificate2 Issue(TimeSpan lifetime)
    {
        using var authority = CertificateAuthority.Create("c1", _time.GetUtcNow());
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var certificate = X509Certificate2.CreateFromPem(authority.Issue(new(key), new("c1", "alice", CertificateRole.Client), _time.GetUtcNow(), lifetime));
        _certificates.Add(certificate);
        return certificate;
    }

    /// <summary>A clock that a test moves, whose timers fire when it passes them.</summary>
    private sealed class MovedTime : TimeProvider
    {
        private readonly List<Timer> _timers = [];
        private DateTimeOffset _now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(this, () => callback(state));
            timer.Change(dueTime, period);
            _timers.Add(timer);
            return timer;
        }

        public void Advance(TimeSpan by)
        {
            _now += by;
            foreach (var timer in _timers.ToArray()) timer.Look();
        }

        private sealed class Timer(MovedTime time, Action callback) : ITimer
        {
            private DateTimeOffset? _due;

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                _due = dueTime == Timeout.InfiniteTimeSpan ? null : time._now + dueTime;
                return true;
            }

            public void Look()
            {
                if (_due is not { } due || due > time._now) return;
                _due = null;
                callback();
            }

            public void Dispose() => _due = null;

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }
}
