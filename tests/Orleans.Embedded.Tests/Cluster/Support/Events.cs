using Microsoft.Extensions.Logging;

namespace Orleans.Embedded.Tests.Cluster.Support;

/// <summary>Things that happened in the silos of a cluster, and a wait for them. What is logged is among them.</summary>
internal sealed class Events
{
    private readonly Lock _gate = new();
    private readonly List<string> _all = [];
    private readonly List<(Func<string, bool> Condition, int Count, TaskCompletionSource Reached)> _waits = [];

    public void Add(string what)
    {
        lock (_gate)
        {
            _all.Add(what);
            _waits.RemoveAll(wait => _all.Count(wait.Condition) >= wait.Count && wait.Reached.TrySetResult());
        }
    }

    public int Count(Func<string, bool> condition)
    {
        lock (_gate) return _all.Count(condition);
    }

    public IReadOnlyList<string> All
    {
        get
        {
            lock (_gate) return [.. _all];
        }
    }

    /// <summary>Ends when so many events fulfil the condition.</summary>
    public Task HappenedAsync(Func<string, bool> condition, int count = 1)
    {
        lock (_gate)
        {
            if (_all.Count(condition) >= count) return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waits.Add((condition, count, reached));
            return reached.Task.WaitAsync(SiloCluster.Patience);
        }
    }

    public Task HappenedAsync(string what) => HappenedAsync(one => one == what);
}

/// <summary>Puts what a process logs, from information on, among the events.</summary>
internal sealed class EventLog(string process, Events events) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Logger(process, events);

    public void Dispose()
    {
    }

    private sealed class Logger(string process, Events events) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) events.Add($"{process} {logLevel}: {formatter(state, exception)} {exception}");
        }
    }
}
