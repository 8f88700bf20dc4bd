using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Warren.Hosting.Identities;

/// <summary>
/// Renews a process's certificate in time. Connections that are there stay; the next one shows the new certificate. At rest it waits and writes nothing.
/// </summary>
/// <param name="folder">Has key and certificate.</param>
/// <param name="renew">Asks the cluster: from a signing request to the certificate as PEM.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">The log.</param>
public sealed partial class CertificateRenewer(IdentityFolder folder, Func<byte[], Task<string>> renew, TimeProvider time, ILogger<CertificateRenewer> logger)
    : BackgroundService
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30), s_firstPause = TimeSpan.FromSeconds(1), s_longestPause = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var (chance, pause) = (Draw(), s_firstPause);
        while (!stoppingToken.IsCancellationRequested)
        {
            var wait = pause;
            try
            {
                var (issuedAt, endsAt) = folder.Life();
                wait = RenewalTimes.Wait(RenewalTimes.DueAt(issuedAt, endsAt, chance), time.GetUtcNow());
                if (wait == TimeSpan.Zero)
                {
                    folder.Replace(await renew(folder.CreateSigningRequest()).WaitAsync(s_limit, time, stoppingToken));
                    LogRenewed(folder.Life().EndsAt);
                    (chance, pause) = (Draw(), s_firstPause);
                    continue;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception failure)
            {
                (wait, pause) = (pause, pause * 2 < s_longestPause ? pause * 2 : s_longestPause);
                LogNotRenewed(wait, failure.Message);
            }

            await Task.Delay(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static double Draw() => RandomNumberGenerator.GetInt32(1_000) / 1_000.0;

    [LoggerMessage(LogLevel.Information, "The certificate is renewed, and good until {End}")]
    private partial void LogRenewed(DateTimeOffset end);

    [LoggerMessage(LogLevel.Warning, "The certificate is due for renewal and could not be renewed; trying again in {Pause}: {Cause}")]
    private partial void LogNotRenewed(TimeSpan pause, string cause);
}
