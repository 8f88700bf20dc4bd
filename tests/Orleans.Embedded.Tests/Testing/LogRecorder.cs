using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Orleans.Embedded.Tests.Testing;

/// <summary>Keeps what was logged, and tells when something is.</summary>
internal sealed class LogRecorder : ILoggerProvider
{
    private readonly ConcurrentQueue<Entry> _entries = new();
    private readonly ConcurrentDictionary<TaskCompletionSource<Entry>, Func<Entry, bool>> _waiting = new();

    public IReadOnlyCollection<Entry> Entries => _entries;

    /// <summary>Ends with the first entry from now on of which <paramref name="condition"/> is true.</summary>
    public async Task<Entry> WaitForAsync(Func<Entry, bool> condition)
    {
        var found = new TaskCompletionSource<Entry>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[found] = condition;
        return await found.Task.WaitAsync(Limit.Long);
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private void Add(Entry entry)
    {
        _entries.Enqueue(entry);
        foreach (var (found, condition) in _waiting)
        {
            if (condition(entry) && _waiting.TryRemove(found, out _)) found.TrySetResult(entry);
        }
    }

    public sealed record Entry(string Category, LogLevel Level, EventId Event, string Message, Exception? Exception);

    private sealed class Logger(LogRecorder recorder, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            recorder.Add(new Entry(category, logLevel, eventId, formatter(state, exception), exception));
    }
}
