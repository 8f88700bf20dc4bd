using Orleans.Concurrency;
using Orleans.Embedded;

namespace Orleans.Runtime.Management;

/// <inheritdoc cref="ISiloControl"/>
[GrainType(SystemGrains.SiloControl)]
[Reentrant]
internal sealed class SiloControlGrain(SiloRuntime runtime) : Grain, ISiloControl
{
    public Task<GrainCallStatistics[]> GetCallStatistics() => Task.FromResult(runtime.Statistics()
        .Where(static counts => !SystemGrains.IsPerSilo(counts.Class.Descriptor.GrainType) && (counts.Activations > 0 || counts.Calls > 0))
        .Select(counts => new GrainCallStatistics
        {
            GrainType = NameOf(counts.Class),
            SiloAddress = runtime.Address,
            Activations = counts.Activations,
            Calls = counts.Calls,
            Errors = counts.Errors,
            TotalTime = counts.Time,
            LongestTime = counts.LongestTime,
        })
        .ToArray());

    public Task<List<DetailedGrainStatistic>> GetActivations(string[]? classes) => Task.FromResult(Activations()
        .Where(activation => classes is null || classes.Contains(NameOf(activation.Class)))
        .Select(activation => new DetailedGrainStatistic
        {
            GrainType = NameOf(activation.Class),
            SiloAddress = runtime.Address,
            GrainId = activation.GrainId,
        })
        .ToList());

    public Task<List<GrainId>> GetActiveGrains(GrainType type) =>
        Task.FromResult(Activations().Select(static activation => activation.GrainId).Where(grainId => grainId.Type.Equals(type)).Distinct().ToList());

    public Task<int> CountActivations(GrainId grainId) => Task.FromResult(Activations().Count(activation => activation.GrainId.Equals(grainId)));

    public Task CollectActivations(TimeSpan ageLimit) => Task.WhenAll(runtime.Collector.Collect(ageLimit).Select(static ended => ended.Deactivated));

    public Task CollectGarbage()
    {
        GC.Collect();
        return Task.CompletedTask;
    }

    /// <summary>Those that are part of the engine's own machinery are not shown.</summary>
    private IEnumerable<GrainActivation> Activations() =>
        runtime.Directory.All.Where(static activation => !SystemGrains.IsPerSilo(activation.GrainId.Type));

    private static string NameOf(GrainClass grainClass)
    {
        var type = grainClass.Descriptor.GrainClass;
        return $"{type.FullName},{type.Assembly.GetName().Name}";
    }
}
