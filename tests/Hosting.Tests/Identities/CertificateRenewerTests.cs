using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Clusters;
using Warren.Hosting.Identities;
using Warren.Security;
using Warren.TestSupport;

namespace Warren.Hosting.Tests.Identities;

/// <summary>A process whose clock is not that of whoever issues certificates, or was not.</summary>
public sealed class CertificateRenewerTests : IDisposable
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly CertificateSubject s_subject = new("c1", "n1", CertificateRole.Worker);

    private readonly TempFolder _folder = TempFolder.Create("renewer");
    private readonly CertificateAuthority _authority = CertificateAuthority.Create("c1", s_now.AddYears(-1));
    private readonly StoppedTime _time = new(s_now);
    private readonly IdentityFolder _identity;
    private int _asked, _followed;

    public CertificateRenewerTests() => _identity = new(_folder.Path);

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }

    /// <summary>Else it would ask again and again, and each answer is a write to its disk.</summary>
    [Fact]
    public async Task Certificate_IssuedByAClockThatIsMonthsBehind_IsAskedForOnceAndThenAfterAPause()
    {
        var behind = s_now.AddDays(-70);
        _identity.Save(Issue(behind), _authority.Certificate);
        (await PauseAsync(behind)).ShouldBe(TimeSpan.FromSeconds(1));
        _asked.ShouldBe(1);
    }

    [Fact]
    public async Task Certificate_IssuedByAClockThatWasAhead_IsReplacedThoughItIsNotDue()
    {
        _identity.Save(Issue(s_now.AddDays(3)), _authority.Certificate);
        (await PauseAsync(s_now)).ShouldBe(TimeSpan.FromMinutes(5));
        _asked.ShouldBe(1);
        _identity.Life().IssuedAt.ShouldBe(s_now);
    }

    [Fact]
    public async Task Certificate_OfAClockThatIsAFewMinutesAhead_IsLeftAlone()
    {
        _identity.Save(Issue(s_now.AddMinutes(4)), _authority.Certificate);
        (await PauseAsync(s_now)).ShouldBe(TimeSpan.FromMinutes(5));
        _asked.ShouldBe(0);
    }

    // Until it waits for the first time.
    private async Task<TimeSpan> PauseAsync(DateTimeOffset issuersClock)
    {
        using var renewer = new CertificateRenewer(
            _identity,
            _ =>
            {
                _asked++;
                return Task.FromResult(Issue(issuersClock));
            },
            _ =>
            {
                _followed++;
                return Task.FromException<TrustRecord>(new InvalidOperationException());
            },
            _time,
            NullLogger<CertificateRenewer>.Instance);
        await renewer.StartAsync(CancellationToken.None);
        var pause = await _time.FirstTimer.WaitAsync(TimeSpan.FromSeconds(30));
        await renewer.StopAsync(CancellationToken.None);

        // No authority is being rotated.
        _followed.ShouldBe(0);
        return pause;
    }

    private string Issue(DateTimeOffset at)
    {
        using var key = _identity.EnsureKey();
        return _authority.Issue(new PublicKey(key), s_subject, at);
    }

    private sealed class StoppedTime(DateTimeOffset now) : TimeProvider
    {
        private readonly TaskCompletionSource<TimeSpan> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<TimeSpan> FirstTimer => _first.Task;

        public override DateTimeOffset GetUtcNow() => now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _first.TrySetResult(dueTime);
            return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
