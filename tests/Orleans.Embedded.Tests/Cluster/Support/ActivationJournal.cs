namespace Orleans.Embedded.Tests.Cluster.Support;

/// <summary>What the grains of a cluster tell of their activations. All silos share one.</summary>
internal sealed class ActivationJournal
{
    private readonly Lock _gate = new();
    private readonly Dictionary<GrainId, HashSet<string>> _active = [];
    private readonly List<string> _overlaps = [];
    private readonly List<(GrainId Grain, string Silo, DeactivationReason Reason)> _deactivated = [];

    /// <summary>Grains that were active in two silos at a time.</summary>
    public IReadOnlyList<string> Overlaps
    {
        get
        {
            lock (_gate) return [.. _overlaps];
        }
    }

    /// <summary>The activations whose <c>OnDeactivateAsync</c> has run.</summary>
    public IReadOnlyList<(GrainId Grain, string Silo, DeactivationReason Reason)> Deactivated
    {
        get
        {
            lock (_gate) return [.. _deactivated];
        }
    }

    public void OnActivated(GrainId grain, string silo)
    {
        lock (_gate)
        {
            if (!_active.TryGetValue(grain, out var silos)) _active[grain] = silos = [];
            if (silos.Count > 0) _overlaps.Add($"{grain} is active in {string.Join(", ", silos)} when {silo} activates it");
            silos.Add(silo);
        }
    }

    public void OnDeactivated(GrainId grain, string silo, DeactivationReason reason)
    {
        lock (_gate)
        {
            _active[grain].Remove(silo);
            _deactivated.Add((grain, silo, reason));
        }
    }

    /// <summary>A silo has ended without a word: its activations are gone.</summary>
    public void OnSiloGone(string silo)
    {
        lock (_gate)
        {
            foreach (var silos in _active.Values) silos.Remove(silo);
        }
    }

    /// <summary>The grains that are active in a silo.</summary>
    public IReadOnlyList<GrainId> ActiveIn(string silo)
    {
        lock (_gate) return [.. _active.Where(entry => entry.Value.Contains(silo)).Select(static entry => entry.Key)];
    }
}
