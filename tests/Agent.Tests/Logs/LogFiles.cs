using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Warren.Agent.Logs;
using Warren.Agent.Runtime;
using Warren.TestSupport;
using Warren.TestSupport.Containers;

namespace Warren.Agent.Tests.Logs;

/// <summary>A store in a folder of its own with one container, whose files are written by the test or by a logger.</summary>
internal sealed class LogFiles : IDisposable
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    public static readonly DateTimeOffset Start = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _root = TempFolder.Create("logs");

    public LogFiles()
    {
        Store = new FileLogStore(new FileLogStoreOptions { Root = _root.Path }, TimeProvider.System, NullLogger<FileLogStore>.Instance);
        Folder = Store.Prepare(Id);
    }

    public ContainerId Id { get; } = new("web.1");

    public FileLogStore Store { get; }

    public string Folder { get; }

    public string Root => _root.Path;

    public Task<LoggerProcess> StartLoggerAsync(long size = 1024 * 1024, int files = 1000, bool terminal = false) =>
        LoggerProcess.StartAsync(FileLogStore.LoggerProgram, Folder, size, files, terminal);

    /// <summary>A line of a second after <see cref="Start"/>.</summary>
    public static string Line(double second, string text, LogStream stream = LogStream.Stdout, bool partial = false)
    {
        var time = Start.AddSeconds(second).ToString("yyyy-MM-ddTHH:mm:ss.fffffff", CultureInfo.InvariantCulture);
        return $"{time}00Z {(stream == LogStream.Stdout ? "stdout" : "stderr")} {(partial ? 'P' : 'F')} {text}\n";
    }

    public void Append(long number, string text) => File.AppendAllText(LogFolder.PathOf(Folder, number), text);

    public async Task<List<LogEntry>> ReadAsync(LogQuery? query = null)
    {
        using var limit = new CancellationTokenSource(Limit);
        var entries = new List<LogEntry>();
        await foreach (var entry in Store.ReadAsync(Id, query ?? new(), limit.Token)) entries.Add(entry);
        return entries;
    }

    public async Task<string> TextsAsync(LogQuery? query = null) => string.Join('|', (await ReadAsync(query)).Select(Text));

    public static string Text(LogEntry entry) => Encoding.UTF8.GetString(entry.Text.Span);

    /// <summary>Lines of one stream, whose parts are joined: into how many a line is cut that stays unfinished for a while depends on the time.</summary>
    public static List<string> Lines(IEnumerable<LogEntry> entries)
    {
        var lines = new List<string>();
        var isUnfinished = false;
        foreach (var entry in entries)
        {
            if (isUnfinished) lines[^1] += Text(entry);
            else lines.Add(Text(entry));
            isUnfinished = entry.IsPartial;
        }

        isUnfinished.ShouldBeFalse();
        return lines;
    }

    public string[] FileNames() => [.. Directory.GetFiles(Folder, "*.log").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        Store.Dispose();
        _root.Dispose();
    }
}
