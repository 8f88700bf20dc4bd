using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Security;

namespace Warren.Hosting.Identities;

/// <summary>
/// The identity that lies in files, read again when they change. Files that cannot be used do not replace what was read before, so that a
/// renewal that is half written breaks nothing.
/// </summary>
public sealed partial class FileIdentity : ICertificateProvider
{
    /// <summary>For how long changed files may go unnoticed.</summary>
    public static TimeSpan LookInterval { get; } = TimeSpan.FromSeconds(1);

    private readonly IdentityFiles _files;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private ILogger _logger = NullLogger.Instance;
    private (DateTime, DateTime, DateTime) _stamp;
    private long _lookedAt;
    private Identity _current;

    /// <summary>Reads the files.</summary>
    /// <param name="files">Where they are.</param>
    /// <param name="time">The clock.</param>
    /// <param name="mayHaveEnded">Whether a certificate is taken that has ended, by a process that has more to do than to show it. Default: no.</param>
    /// <exception cref="IdentityException">They cannot be used.</exception>
    public FileIdentity(IdentityFiles files, TimeProvider time, bool mayHaveEnded = false)
    {
        (_files, _time) = (files, time);
        _stamp = Stamp();
        _current = Identity.Load(files, time.GetUtcNow(), mayHaveEnded);
        _lookedAt = time.GetTimestamp();
    }

    /// <summary>What the files say; at most a second old.</summary>
    public Identity Current
    {
        get
        {
            lock (_lock)
            {
                if (_time.GetElapsedTime(_lookedAt) >= LookInterval)
                {
                    _lookedAt = _time.GetTimestamp();
                    Refresh();
                }
                return _current;
            }
        }
    }

    /// <summary>That the certificate has ended by this machine's clock, which nobody else takes then; null: it has not.</summary>
    public string? End => Current.End(_files, _time.GetUtcNow());

    /// <inheritdoc/>
    public X509Certificate2 Own => Current.Certificate;

    /// <inheritdoc/>
    public bool IsTrusted(X509Certificate2 certificate) => Current.Trusts(certificate, _time.GetUtcNow());

    /// <summary>Names the log, which a host has only after the identity is read. Default: none.</summary>
    public void LogTo(ILogger<FileIdentity> logger) => _logger = logger;

    private void Refresh()
    {
        var stamp = Stamp();
        if (stamp == _stamp) return;
        try
        {
            _current = Identity.Load(_files, _time.GetUtcNow());
            _stamp = stamp;
            LogReplaced(_current.Certificate.Subject, _current.Certificate.NotAfter);
        }
        catch (IdentityException failure)
        {
            LogNotReplaced(failure.Message);
        }
    }

    private (DateTime, DateTime, DateTime) Stamp() =>
        (File.GetLastWriteTimeUtc(_files.Certificate), File.GetLastWriteTimeUtc(_files.Key), File.GetLastWriteTimeUtc(_files.Authority));
}
