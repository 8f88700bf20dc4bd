using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Warren.Clusters;

namespace Warren.Hosting.Identities;

/// <summary>
/// Renews a process's certificate in time, and follows whom the cluster trusts: a new authority first becomes trusted, then its certificate is asked for.
/// Connections that are there stay; the next one shows the new certificate. At rest it waits and writes nothing.
/// </summary>
/// <param name="folder">Has key and certificate.</param>
/// <param name="renew">Asks the cluster: from a signing request to the certificate as PEM.</param>
/// <param name="report">Tells the cluster how far this process is, and gives what it has to follow.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
public sealed partial class CertificateRenewer(
    IdentityFolder folder, Func<byte[], Task<string>> renew, Func<TrustReport, Task<TrustRecord>> report, TimeProvider time, ILogger<CertificateRenewer> logger)
    : BackgroundService
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30), s_firstPause = TimeSpan.FromSeconds(1), s_longestPause = TimeSpan.FromHours(1);

    // While the cluster waits for all of its processes it would be too long.
    private static readonly TimeSpan s_longestPauseInRotation = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _woken = new(0, 1);
    private long _told, _followed;

    /// <summary>Says at which version the cluster is; asks for it if it is another one than was followed last. Returns at once.</summary>
    /// <param name="version">0: there is nothing to follow.</param>
    public void Tell(long version)
    {
        if (version == 0 || Interlocked.Exchange(ref _told, version) == version) return;
        try
        {
            _woken.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is about to look.
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _woken.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (chance, pause) = (Draw(), s_firstPause);
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = pause;
            var isBehind = Interlocked.Read(ref _told) != _followed;
            try
            {
                if (isBehind) await FollowAsync(stoppingToken);
                wait = Wait(chance);
                if (wait == TimeSpan.Zero)
                {
                    await RenewAsync(stoppingToken);
                    chance = Draw();
                    wait = Wait(chance);

                    // By clocks that are far apart the new one is as old as the one before.
                    if (wait == TimeSpan.Zero) throw new InvalidDataException($"by this machine's clock, {time.GetUtcNow():yyyy-MM-dd HH:mm:ss}Z, the one that was issued just now is due for renewal: set the clock");
                }

                pause = s_firstPause;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                var longest = isBehind ? s_longestPauseInRotation : s_longestPause;
                (wait, pause) = (pause, pause * 2 < longest ? pause * 2 : longest);
                LogNotRenewed(wait, failure.Message);
            }

            await PauseAsync(wait, stoppingToken);
        }
    }

    private async Task FollowAsync(CancellationToken stoppingToken)
    {
        var version = Interlocked.Read(ref _told);
        for (var known = 0L; ;)
        {
            var trust = await report(new(known, folder.Issuer())).WaitAsync(s_limit, time, stoppingToken);
            if (trust.Version == 0) break;
            var before = folder.Issuer();
            if (trust.Version == known && before == trust.Issuer) break;

            // First, also where the old authority goes: a certificate is asked for over a connection that is there.
            folder.Trust(trust.ToPem());
            if (before != trust.Issuer) await RenewAsync(stoppingToken);

            // Whoever hears that it is done relies on it: the next handshake has to know it.
            await Task.Delay(FileIdentity.LookInterval, time, stoppingToken);
            LogFollowed(trust.Version, trust.Authorities.Length);
            known = trust.Version;
        }

        _followed = version;
    }

    private TimeSpan Wait(double chance)
    {
        var (issuedAt, endsAt) = folder.Life();
        var now = time.GetUtcNow();
        return RenewalTimes.IsEarly(issuedAt, now) ? TimeSpan.Zero : RenewalTimes.Wait(RenewalTimes.DueAt(issuedAt, endsAt, chance), now);
    }

    private async Task RenewAsync(CancellationToken stoppingToken)
    {
        folder.Replace(await renew(folder.CreateSigningRequest()).WaitAsync(s_limit, time, stoppingToken));
        LogRenewed(folder.Life().EndsAt);
    }

    private async Task PauseAsync(TimeSpan wait, CancellationToken stoppingToken)
    {
        using var limit = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stoppingToken);
        await _woken.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static double Draw() => RandomNumberGenerator.GetInt32(1_000) / 1_000.0;

    [LoggerMessage(LogLevel.Information, "The certificate is renewed, and good until {End}")]
    private partial void LogRenewed(DateTimeOffset end);

    [LoggerMessage(LogLevel.Information, "Whom the cluster trusts is followed to version {Version}: {Authorities} authorities")]
    private partial void LogFollowed(long version, int authorities);

    [LoggerMessage(LogLevel.Warning, "The certificate is due for renewal and could not be renewed; trying again in {Pause}: {Cause}")]
    private partial void LogNotRenewed(TimeSpan pause, string cause);
}
