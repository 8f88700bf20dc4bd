using Orleans.Embedded;

namespace Orleans.Runtime.Management;

/// <summary>One silo, for the other silos. Its key is the silo's address, so a call to a silo that is gone fails.</summary>
[Alias("sys.ISiloControl")]
internal interface ISiloControl : IGrainWithStringKey
{
    /// <summary>For each grain class that was ever active here.</summary>
    [Alias("calls")]
    Task<GrainCallStatistics[]> GetCallStatistics();

    [Alias("activations")]
    Task<List<DetailedGrainStatistic>> GetActivations(string[]? classes);

    [Alias("grains")]
    Task<List<GrainId>> GetActiveGrains(GrainType type);

    /// <summary>Activations of one grain here.</summary>
    [Alias("count")]
    Task<int> CountActivations(GrainId grainId);

    [Alias("collect")]
    Task CollectActivations(TimeSpan ageLimit);

    [Alias("gc")]
    Task CollectGarbage();
}
