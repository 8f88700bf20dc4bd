using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Warren.Agent.Runtime;

namespace Warren.Agent.Logs;

/// <summary>
/// The output of containers in files, which <c>warren-log</c> writes and this reads: a folder for each container. What a reader may count
/// on stands at the head of the logger's source. Nothing is held open for a container that nobody reads.
/// </summary>
public sealed partial class FileLogStore : ILogStore, IDisposable
{
    private static readonly TimeSpan s_endLookInterval = TimeSpan.FromMilliseconds(20);

    private readonly FileLogStoreOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<FileLogStore> _log;
    private readonly FolderWatcher _watcher = new();

    /// <summary>Opens the store; the folder is made at the first <see cref="Prepare"/>.</summary>
    /// <exception cref="ArgumentException">An option is wrong; the message names it.</exception>
    public FileLogStore(FileLogStoreOptions options, TimeProvider time, ILogger<FileLogStore> log)
    {
        if (!Path.IsPathFullyQualified(options.Root)) throw new ArgumentException($"Root: must be an absolute path, was '{options.Root}'", nameof(options));
        if (options.LookInterval <= TimeSpan.Zero) throw new ArgumentException($"LookInterval: must be positive, was {options.LookInterval}", nameof(options));
        if (options.EndLimit <= TimeSpan.Zero) throw new ArgumentException($"EndLimit: must be positive, was {options.EndLimit}", nameof(options));
        (_options, _time, _log) = (options, time, log);
    }

    /// <summary>The program that containerd's shim starts for each container; it is installed beside the agent.</summary>
    public static string LoggerProgram => Path.Combine(AppContext.BaseDirectory, "warren-log");

    /// <inheritdoc/>
    public string Prepare(ContainerId id) =>
        Directory.CreateDirectory(FolderOf(id), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;

    /// <inheritdoc/>
    public async IAsyncEnumerable<LogEntry> ReadAsync(ContainerId id, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (query.Tail < 0) throw new ArgumentException($"Tail: must be at least 0, was {query.Tail}", nameof(query));
        var reader = new LogReader(FolderOf(id), query, _watcher, _options, _time);
        await foreach (var entry in reader.ReadAsync(cancellationToken)) yield return entry;
    }

    /// <inheritdoc/>
    public async Task EndAsync(ContainerId id, CancellationToken cancellationToken)
    {
        var folder = FolderOf(id);
        var (state, process) = LoggerLock.Look(folder);
        if (state != LoggerState.Running) return;
        LoggerLock.Send(process, LoggerLock.UserSignal);
        var asked = _time.GetTimestamp();
        var isKilled = false;
        while (true)
        {
            await Task.Delay(s_endLookInterval, _time, cancellationToken);
            var (now, holder) = LoggerLock.Look(folder);
            if (now != LoggerState.Running || holder != process) return;
            if (isKilled || _time.GetElapsedTime(asked) < _options.EndLimit) continue;
            LogKilled(id.Value, process, _options.EndLimit);
            LoggerLock.Send(process, LoggerLock.KillSignal);
            isKilled = true;
        }
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(ContainerId id, CancellationToken cancellationToken)
    {
        // A logger that still writes would make the folder anew.
        await EndAsync(id, cancellationToken);
        var folder = FolderOf(id);
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Removed before.
        }

        _watcher.TellGone(folder);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> SweepAsync(IReadOnlySet<ContainerId> keep, CancellationToken cancellationToken)
    {
        var removed = new List<string>();
        if (!Directory.Exists(_options.Root)) return removed;
        foreach (var folder in Directory.GetDirectories(_options.Root))
        {
            // What has another name was not made here.
            if (!ContainerId.TryParse(Path.GetFileName(folder), out var id) || keep.Contains(id)) continue;
            await RemoveAsync(id, cancellationToken);
            removed.Add($"log of {id}");
        }

        return removed;
    }

    /// <summary>Ends all followers.</summary>
    public void Dispose() => _watcher.Dispose();

    private string FolderOf(ContainerId id) => Path.Combine(_options.Root, id.Value);
}
