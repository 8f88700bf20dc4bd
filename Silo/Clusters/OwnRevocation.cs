using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Warren.Clusters;
using Warren.Grains.Clusters;
using Warren.Security;

namespace Warren.Silo.Clusters;

/// <summary>
/// Ends a manager whose own certificate was revoked: the others talk to it no more, and it must not go on with what it knows. Tasks go on; workers turn to
/// another manager.
/// </summary>
internal sealed partial class OwnRevocation(
    TrustBoard board, ICertificateProvider identity, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<OwnRevocation> logger) : IHostedService, IDisposable
{
    /// <summary>The exit code of a manager that was revoked while it ran.</summary>
    public const int ExitCode = 3;

    /// <summary>What the operator is told.</summary>
    public const string Advice = "to bring the machine back, empty the data folder and join it by a new manager's token";

    // The call that revokes it may be one that it answers, which waits until all have had the time to hear.
    private static readonly TimeSpan s_grace = TrustRecord.AskInterval + TimeSpan.FromSeconds(3);

    private ITimer? _end;
    private int _isEnding;

    /// <inheritdoc/>
    public void Dispose() => _end?.Dispose();

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        board.Changed += Look;

        // It may have changed since the manager was built.
        Look(board.Current);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        board.Changed -= Look;

        // Also when the others, who wait a little longer, have ended it first.
        if (Volatile.Read(ref _isEnding) != 0) Environment.ExitCode = ExitCode;
        return Task.CompletedTask;
    }

    private void Look(TrustRecord trust)
    {
        if (!board.IsRevoked(identity.Own) || Interlocked.Exchange(ref _isEnding, 1) != 0) return;
        LogRevoked(identity.Own.Subject);
        _end = time.CreateTimer(static self => ((OwnRevocation)self!).End(), this, s_grace, Timeout.InfiniteTimeSpan);
    }

    private void End()
    {
        Environment.ExitCode = ExitCode;
        lifetime.StopApplication();
    }

    [LoggerMessage(LogLevel.Critical, "This manager's certificate ({Subject}) was revoked, so it ends; " + Advice)]
    private partial void LogRevoked(string subject);
}
