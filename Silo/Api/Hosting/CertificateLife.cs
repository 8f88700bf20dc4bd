using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Warren.Clusters;
using Warren.Grains.Clusters;
using Warren.Security;
using Warren.Silo.Api.Access;

namespace Warren.Silo.Api.Hosting;

/// <summary>
/// For how long a caller's certificate lets a connection be open: until it ends, or is revoked. Calls that last are ended first, by <see cref="Ended"/>, so that
/// they can say why; the connection is closed a little later.
/// </summary>
internal sealed class CertificateLife : ICallerLife, IDisposable
{
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(2);

    // What a timer waits for is bounded.
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(20);

    private readonly CancellationTokenSource _ended = new();
    private readonly X509Certificate2 _certificate;
    private readonly TrustBoard _board;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    /// <param name="certificate">The caller's.</param>
    /// <param name="board">Knows what is revoked.</param>
    /// <param name="time">The clock.</param>
    public CertificateLife(X509Certificate2 certificate, TrustBoard board, TimeProvider time)
    {
        (_certificate, _board, _time) = (certificate, board, time);
        _timer = time.CreateTimer(static life => ((CertificateLife)life!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        board.Changed += OnChanged;
        Look();
    }

    /// <summary>Cancelled when it lets nothing be done any more.</summary>
    public CancellationToken Ended => _ended.Token;

    /// <summary>Why, for the caller; null: it has not ended.</summary>
    public string? Reason { get; private set; }

    /// <summary>Serves a connection for as long as its certificate lets it.</summary>
    public static async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next, TrustBoard board, TimeProvider time)
    {
        if (connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is not { } certificate)
        {
            await next(connection);
            return;
        }

        using var life = new CertificateLife(certificate, board, time);
        connection.Items[typeof(CertificateLife)] = life;
        using var closing = life.Ended.Register(() => _ = CloseAsync(connection, life, time));
        await next(connection);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _board.Changed -= OnChanged;
        _timer.Dispose();
        _ended.Dispose();
    }

    private static async Task CloseAsync(ConnectionContext connection, CertificateLife life, TimeProvider time)
    {
        connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
        await Task.Delay(s_grace, time);
        connection.Abort(new ConnectionAbortedException(life.Reason!));
    }

    private void OnChanged(TrustRecord trust) => Look();

    private void Look()
    {
        try
        {
            var left = _certificate.NotAfter.ToUniversalTime() + CertificateAuthority.ClockSkew - _time.GetUtcNow().UtcDateTime;
            if (_board.IsRevoked(_certificate)) End("the certificate was revoked; have another one issued");
            else if (left <= TimeSpan.Zero) End($"the certificate ended on {_certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm:ss}Z; have another one issued");
            else _timer.Change(left < s_longest ? left : s_longest, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The connection has been closed meanwhile.
        }
    }

    private void End(string reason)
    {
        Reason ??= reason;
        _ended.Cancel();
    }
}
