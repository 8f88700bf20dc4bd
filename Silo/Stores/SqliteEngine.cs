using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Warren.Silo.Stores;

/// <summary>SQLite: one file, one manager. Writes run on one thread, so that within the process nobody waits for its lock.</summary>
internal sealed class SqliteEngine(string file, TimeSpan lockTimeout) : StoreEngine
{
    // SQLite's result codes, of which the lower byte is the kind.
    private const int Error = 1, Permission = 3, Busy = 5, TableLocked = 6, ReadOnly = 8, IoError = 10, Corrupt = 11, Full = 13,
        CannotOpen = 14, TooBig = 18, Constraint = 19, Mismatch = 20, Authorization = 23, NotADatabase = 26;

    // Error numbers of Linux.
    private const int NoSpaceLeft = 28, ReadOnlyFileSystem = 30;

    private static readonly Lock s_making = new();

    private readonly Lock _gate = new();
    private readonly List<DedicatedThreadScheduler> _readers = [];
    private readonly string _file = Path.GetFullPath(file);
    private SqliteWriterThread? _writer;
    private bool _isDisposed;

    public override string Description => $"sqlite store '{_file}'";

    public override DbDataSource DataSource { get; } = new SqliteDataSource(Path.GetFullPath(file), lockTimeout);

    public override int RowsPerStatement => 1;

    public override TaskScheduler WriteScheduler
    {
        get
        {
            lock (_gate)
                return (_writer ??= SqliteWriterThread.Share(_file)).Scheduler;
        }
    }

    public override string TablesQuery => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'";

    public override string ClockQuery => "SELECT CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)";

    // The migration's transaction takes the write lock when it begins.
    public override string? MigrationLock => null;

    public override TaskScheduler NewReadScheduler()
    {
        var thread = new DedicatedThreadScheduler("store reader");
        lock (_gate)
            _readers.Add(thread);
        return thread;
    }

    public override void Prepare()
    {
        // Closing a file ends the locks that SQLite has on it in this process, so nobody may use the file before it is made and closed.
        lock (s_making)
        {
            if (File.Exists(_file)) return;
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            // Only the owner reads the state of a cluster; the log files take the mode of this one.
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var made = new FileStream(_file, options);
        }
    }

    public override async Task<StoreConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(_file)) throw new FileNotFoundException($"the file '{_file}' is gone", _file);
        return new SqliteStoreConnection(await DataSource.OpenConnectionAsync(cancellationToken), _file);
    }

    public override Task<string?> FindObstacleAsync(DbConnection connection, CancellationToken cancellationToken) =>
        Task.FromResult<string?>(null);

    public override StoreFailure Classify(Exception exception) => exception switch
    {
        SqliteException sqlite => Classify(sqlite),
        FileNotFoundException => new(StoreFault.Unreachable, exception.Message) { ConnectionLost = true },
        UnauthorizedAccessException or IOException => new(FaultOf(exception), exception.Message) { ConnectionLost = true },
        _ => new(StoreFault.Rejected, $"{exception.GetType().Name}: {exception.Message}") { ConnectionLost = true, NothingWritten = false },
    };

    public override ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isDisposed) return ValueTask.CompletedTask;
            _isDisposed = true;
            _writer?.Release();
            foreach (var thread in _readers)
                thread.Complete();
        }

        return DataSource.DisposeAsync();
    }

    private StoreFailure Classify(SqliteException e) => (e.SqliteErrorCode & 0xff) switch
    {
        Busy or TableLocked => new(StoreFault.Locked, e.Message),
        ReadOnly => new(StoreFault.ReadOnly, e.Message) { ConnectionLost = true },
        Full => new(StoreFault.Full, e.Message),
        CannotOpen => new(WhyNotOpened(), e.Message) { ConnectionLost = true },
        Permission or Authorization => new(StoreFault.Denied, e.Message) { ConnectionLost = true },
        NotADatabase => new(StoreFault.WrongDatabase, e.Message) { ConnectionLost = true },
        Corrupt => new(StoreFault.Damaged, e.Message) { ConnectionLost = true },
        // What a failed synchronisation left in the log only a new connection can tell.
        IoError => new(StoreFault.Unreachable, e.Message) { ConnectionLost = true, NothingWritten = false },
        Error => new(StoreFault.WrongSchema, e.Message),
        TooBig or Constraint or Mismatch => new(StoreFault.Rejected, e.Message) { RowFault = true },
        _ => new(StoreFault.Rejected, e.Message) { ConnectionLost = true },
    };

    private static StoreFault FaultOf(Exception exception) => exception switch
    {
        UnauthorizedAccessException => StoreFault.Denied,
        { HResult: NoSpaceLeft } => StoreFault.Full,
        { HResult: ReadOnlyFileSystem } => StoreFault.ReadOnly,
        _ => StoreFault.Unreachable,
    };

    // SQLite says only that it cannot open a file; it needs to make some beside the database, and what keeps it from that also keeps us.
    private StoreFault WhyNotOpened()
    {
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Options = FileOptions.DeleteOnClose,
            };
            using var attempt = new FileStream(Path.Combine(Path.GetDirectoryName(_file)!, ".warren-" + Path.GetRandomFileName()), options);
            return StoreFault.Denied;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return FaultOf(e);
        }
    }
}
