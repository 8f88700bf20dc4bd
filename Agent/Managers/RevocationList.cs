using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Agent.Assignments;
using Warren.Clusters;
using Warren.Hosting.Identities;
using Warren.Security;

namespace Warren.Agent.Managers;

/// <summary>
/// The revoked managers that this node has heard of, kept over a restart in the folder of its identity, sealed with the node's key. Safe to use from several threads.
/// </summary>
internal sealed partial class RevocationList
{
    private const string FileName = "revoked-managers", Purpose = "revoked managers";

    private readonly IdentityFolder _folder;
    private readonly NodeSealer _sealer;
    private readonly Lock _lock = new();
    private readonly HashSet<string> _met = [];
    private readonly string? _damage;
    private ILogger _logger = NullLogger.Instance;
    private volatile RevokedManagers _current = RevokedManagers.None;
    private bool _isKept = true, _isFailing;

    /// <summary>Reads what was kept. What cannot be read is heard again from the managers.</summary>
    /// <param name="folder">Where it is kept.</param>
    /// <param name="sealer">Seals it; nobody else uses this one.</param>
    /// <exception cref="IOException">The file is there, and the disk does not give it.</exception>
    public RevocationList(IdentityFolder folder, NodeSealer sealer)
    {
        (_folder, _sealer) = (folder, sealer);
        var file = folder.PathOf(FileName);
        if (!File.Exists(file)) return;
        try
        {
            var content = sealer.Open(Purpose, Convert.FromBase64String(File.ReadAllText(file).Trim())) ?? throw new FormatException("it was sealed with another key, or changed since");
            _current = JsonSerializer.Deserialize<RevokedManagers>(content) ?? throw new JsonException("it is empty");
        }
        catch (Exception failure) when (failure is FormatException or JsonException)
        {
            _damage = failure.Message;
        }
    }

    /// <summary>As last heard.</summary>
    public RevokedManagers Current => _current;

    /// <summary>Names the log, which a host has only later. Default: none.</summary>
    public void LogTo(ILogger<RevocationList> logger)
    {
        _logger = logger;
        if (_damage is not null) LogDamaged(_folder.PathOf(FileName), _damage);
    }

    /// <summary>Takes what a manager says, unless something later is known.</summary>
    public void Take(RevokedManagers told)
    {
        lock (_lock)
        {
            if (told.Version <= _current.Version) return;
            var isChanged = !told.Managers.SequenceEqual(_current.Managers);
            _current = told;

            // Other things have versions too, and a disk may have to last for years.
            if (!isChanged) return;
            _met.Clear();
            _isKept = false;
            Keep();
            LogTaken(told.Version, told.Managers.Length);
        }
    }

    /// <summary>Writes again what could not be written, and what is sealed with a key that the node has no more; else it costs next to nothing.</summary>
    public void Retry()
    {
        lock (_lock)
        {
            if (!_isKept || (!_current.Managers.IsEmpty && _sealer.HasOtherKey())) Keep();
        }
    }

    /// <summary>Whether a certificate is that of a manager that was revoked.</summary>
    public bool Contains(X509Certificate2 certificate)
    {
        var revoked = _current.Managers;
        if (revoked.IsEmpty || !CertificateSubject.TryRead(certificate, out var subject) || !revoked.Any(one => one.Role == subject.Role && one.Name == subject.Name)) return false;
        lock (_lock)
        {
            if (_met.Add(subject.Name)) LogMet(subject.Name);
        }

        return true;
    }

    private void Keep()
    {
        try
        {
            _folder.Write(FileName, Convert.ToBase64String(_sealer.Seal(Purpose, JsonSerializer.SerializeToUtf8Bytes(_current))) + "\n");
            (_isKept, _isFailing) = (true, false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            if (!_isFailing) LogNotKept(failure.Message);
            _isFailing = true;
        }
    }

    [LoggerMessage(LogLevel.Information, "Revoked managers, as of version {Version}: {Count}")]
    private partial void LogTaken(long version, int count);

    [LoggerMessage(LogLevel.Warning, "Somebody shows the certificate of the manager {Manager}, which was revoked, and is not talked to")]
    private partial void LogMet(string manager);

    [LoggerMessage(LogLevel.Error, "The list of revoked managers cannot be written, and holds for this process alone until it can: {Cause}")]
    private partial void LogNotKept(string cause);

    [LoggerMessage(LogLevel.Error, "The list of revoked managers in {File} cannot be read; until a manager tells it again, none counts as revoked: {Cause}")]
    private partial void LogDamaged(string file, string cause);
}
