using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Warren.Tasks;

namespace Warren.Agent.Assignments;

/// <summary>
/// Keeps over a restart of the agent what the managers want of this node, which tasks have ended and which it started again. A disk that takes no writes keeps nothing from
/// running: what could not be written is written with the next change or at the next <see cref="Retry"/>.
/// </summary>
internal sealed partial class AssignmentStore : IDisposable
{
    private readonly Lock _gate = new();
    private readonly string? _path;
    private readonly ILogger _logger;
    private readonly NodeSealer? _sealer;
    private readonly Dictionary<TaskId, TaskObservation> _unwrittenEnds = [];
    private readonly Dictionary<TaskId, TaskRestarts> _unwrittenRestarts = [];
    private AssignmentFile? _file;
    private AssignmentBook _written = AssignmentBook.Empty, _latest = AssignmentBook.Empty;
    private bool _isFailing;

    /// <param name="path">The file, made if it is not there; null to keep nothing.</param>
    /// <param name="sealer">Seals the contents of secrets; null to keep them in memory alone.</param>
    /// <param name="logger">Told when it cannot be written.</param>
    public AssignmentStore(string? path, NodeSealer? sealer, ILogger<AssignmentStore> logger) => (_path, _sealer, _logger) = (path, sealer, logger);

    /// <summary>The version of the assignments that a restart would find; where nothing is kept, the present one. Null: none.</summary>
    public long? KeptVersion
    {
        get
        {
            lock (_gate) return _written.Version;
        }
    }

    /// <summary>Reads what was kept. A file that cannot be read is put aside: the managers tell everything again.</summary>
    /// <exception cref="InvalidDataException">The file is of a newer release, or another program's, and cannot be put aside.</exception>
    /// <exception cref="IOException">It can neither be opened nor made.</exception>
    public KeptAssignments Load()
    {
        lock (_gate)
        {
            if (_path is null) return KeptAssignments.None;
            try
            {
                return Open(_path);
            }
            catch (InvalidDataException damage)
            {
                _file?.Dispose();
                var aside = _path + ".damaged";
                LogDamaged(damage.Message, aside);
                File.Move(_path, aside, overwrite: true);
                foreach (var rest in new[] { "-wal", "-shm" }) File.Delete(_path + rest);
                return Open(_path);
            }
        }
    }

    /// <summary>The managers want something else than before.</summary>
    public void Save(AssignmentBook book)
    {
        lock (_gate)
        {
            _latest = book;
            Write();
        }
    }

    /// <summary>Tasks have ended for good; kept until they are not assigned any more.</summary>
    public void SaveEnds(params IReadOnlyCollection<KeyValuePair<TaskId, TaskObservation>> ends)
    {
        lock (_gate)
        {
            if (_path is null || ends.Count == 0) return;
            foreach (var (task, end) in ends) _unwrittenEnds[task] = end;
            Write();
        }
    }

    /// <summary>A task is started again by this node; kept until it is not assigned any more.</summary>
    public void SaveRestarts(TaskId task, TaskRestarts restarts)
    {
        lock (_gate)
        {
            if (_path is null) return;
            _unwrittenRestarts[task] = restarts;
            Write();
        }
    }

    /// <summary>Tries again what failed, and seals anew what was sealed with a key that the node has no more; else it costs next to nothing.</summary>
    public void Retry()
    {
        lock (_gate)
        {
            if (_isFailing || (_file is not null && _sealer?.HasOtherKey() == true)) Write();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private KeptAssignments Open(string path)
    {
        try
        {
            _file = AssignmentFile.Open(path, _sealer);
            var kept = _file.Read();
            _written = _latest = kept.Book;
            return kept;
        }
        catch (SqliteException failure)
        {
            throw new IOException($"the assignments in {path} cannot be opened: {failure.Message}", failure);
        }
    }

    private void Write()
    {
        if (_file is null)
        {
            _written = _latest;
            return;
        }

        try
        {
            var sealAnew = _sealer?.HasOtherKey() == true;
            _file.Write(_written, _latest, _unwrittenEnds, _unwrittenRestarts, sealAnew);
            if (sealAnew) _sealer!.TakeKey();
            _written = _latest;
            _unwrittenEnds.Clear();
            _unwrittenRestarts.Clear();
            if (_isFailing) LogWritten(_path!);
            _isFailing = false;
        }
        catch (SqliteException failure)
        {
            if (!_isFailing) LogNotWritten(failure, _path!, failure.Message);
            _isFailing = true;
        }
    }

    [LoggerMessage(LogLevel.Error, "The kept assignments cannot be used and are put aside as {Aside}; the managers tell them again: {Cause}")]
    private partial void LogDamaged(string cause, string aside);

    [LoggerMessage(LogLevel.Error, "The assignments cannot be written to {File}; tasks go on, and it is tried again: {Cause}")]
    private partial void LogNotWritten(Exception failure, string file, string cause);

    [LoggerMessage(LogLevel.Information, "The assignments are written to {File} again")]
    private partial void LogWritten(string file);
}
