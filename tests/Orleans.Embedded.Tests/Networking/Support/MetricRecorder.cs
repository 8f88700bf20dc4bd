using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Embedded.Tests.Networking.Support;

/// <summary>The sums of the counters of one node, and a wait for them to be reached.</summary>
internal sealed class MetricRecorder : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _sums = [];
    private readonly List<(string Name, long Least, TaskCompletionSource Reached)> _waits = [];

    public MetricRecorder()
    {
        Factory = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == Factory) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        _listener.Start();
    }

    public IMeterFactory Factory { get; }

    /// <summary>The sum of a counter, or of those of its measurements that have a tag of that value.</summary>
    public long Sum(string name, string? tag = null)
    {
        lock (_sums) return _sums.GetValueOrDefault(tag is null ? name : $"{name} {tag}");
    }

    /// <summary>Ends when the sum is reached.</summary>
    public Task ReachedAsync(string name, string? tag, long least = 1)
    {
        lock (_sums)
        {
            var key = tag is null ? name : $"{name} {tag}";
            if (_sums.GetValueOrDefault(key) >= least) return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waits.Add((key, least, reached));
            return reached.Task.WaitAsync(TestNode.Patience);
        }
    }

    /// <summary>Ends when so many things were refused for a reason.</summary>
    public Task RefusedAsync(string reason, long least = 1) => ReachedAsync("orleans-networking-refused", reason, least);

    public long CountRefused(string reason) => Sum("orleans-networking-refused", reason);

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    private void Add(string name, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_sums)
        {
            Count(name);
            foreach (var tag in tags) Count($"{name} {tag.Value}");
            _waits.RemoveAll(wait => _sums.GetValueOrDefault(wait.Name) >= wait.Least && wait.Reached.TrySetResult());
        }

        void Count(string key) => _sums[key] = _sums.GetValueOrDefault(key) + value;
    }
}
