using System.Collections.Concurrent;
using System.Diagnostics;

namespace Orleans.Runtime;

/// <summary>The activations of one silo.</summary>
internal sealed class ActivationDirectory(SiloRuntime runtime)
{
    private readonly ConcurrentDictionary<GrainId, GrainActivation> _activations = new();
    private readonly ConcurrentDictionary<GrainId, StatelessWorkers> _workers = new();

    public int Count => _activations.Count + _workers.Sum(static group => group.Value.Count);

    public IEnumerable<GrainActivation> All => _activations.Select(static pair => pair.Value).Concat(_workers.SelectMany(static pair => pair.Value.All));

    public GrainActivation? Find(GrainId grainId) => _activations.GetValueOrDefault(grainId);

    /// <summary>The activation of a grain that this silo owns; made and started when there is none.</summary>
    public GrainActivation GetOrCreate(GrainClass grainClass, GrainId grainId)
    {
        if (_activations.TryGetValue(grainId, out var activation)) return activation;
        var made = new GrainActivation(runtime, grainClass, grainId);
        activation = _activations.GetOrAdd(grainId, made);
        if (ReferenceEquals(activation, made))
        {
            grainClass.OnCreated();
            made.Start();
        }

        return activation;
    }

    public StatelessWorkers Workers(GrainClass grainClass, GrainId grainId) =>
        _workers.TryGetValue(grainId, out var group) ? group : _workers.GetOrAdd(grainId, new StatelessWorkers(runtime, grainClass, grainId));

    public void OnGone(GrainActivation activation)
    {
        if (!_activations.TryRemove(KeyValuePair.Create(activation.GrainId, activation))
            && _workers.TryGetValue(activation.GrainId, out var group))
        {
            group.Remove(activation);
        }

        activation.Class.OnGone(activation.Statistics);
    }

    /// <summary>Counts by grain type, of activations that live and those that are gone.</summary>
    public IReadOnlyCollection<GrainClassStatistics> Statistics(IEnumerable<GrainClass> classes)
    {
        var totals = classes.ToDictionary(static grainClass => grainClass, static grainClass =>
        {
            var total = new CallStatistics();
            grainClass.AddPastTo(total);
            return total;
        });
        foreach (var activation in All)
        {
            if (totals.TryGetValue(activation.Class, out var total)) total.Add(activation.Statistics);
        }

        return
        [
            .. totals.Select(static pair => new GrainClassStatistics(
                pair.Key,
                pair.Key.Live,
                pair.Value.Calls,
                pair.Value.Errors,
                Stopwatch.GetElapsedTime(0, pair.Value.Ticks),
                Stopwatch.GetElapsedTime(0, pair.Value.LongestTicks))),
        ];
    }
}
