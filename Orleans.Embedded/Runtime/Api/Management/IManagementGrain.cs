namespace Orleans.Runtime;

/// <summary>Tells about the silos of the cluster and their activations. Its key does not matter; 0 is usual.</summary>
public interface IManagementGrain : IGrainWithIntegerKey
{
    /// <summary>The silos and their status, as the membership table has them now.</summary>
    Task<Dictionary<SiloAddress, SiloStatus>> GetHosts(bool onlyActive = false);

    /// <summary>The rows of the membership table.</summary>
    Task<MembershipEntry[]> GetDetailedHosts(bool onlyActive = false);

    /// <summary>How many activations of which grain class these silos have; all active silos when none is named.</summary>
    Task<SimpleGrainStatistic[]> GetSimpleGrainStatistics(SiloAddress[] hostsIds);

    /// <summary>How many activations of which grain class the active silos have.</summary>
    Task<SimpleGrainStatistic[]> GetSimpleGrainStatistics();

    /// <summary>Which activations the silos have. The answer is as long as there are activations: name classes in a large cluster.</summary>
    /// <param name="types">Grain classes, as <see cref="DetailedGrainStatistic.GrainType"/> names them; null for all.</param>
    /// <param name="hostsIds">Silos; null for all that are active.</param>
    Task<DetailedGrainStatistic[]> GetDetailedGrainStatistics(string[]? types = null, SiloAddress[]? hostsIds = null);

    /// <summary>The activations of all active silos.</summary>
    Task<int> GetTotalActivationCount();

    /// <summary>The activations of one grain: 0 or 1, and more for stateless workers.</summary>
    Task<int> GetGrainActivationCount(GrainReference grainReference);

    /// <summary>The silo where a grain is active; null when it is not.</summary>
    /// <exception cref="ArgumentException">It is no grain, or no silo has its class.</exception>
    /// <exception cref="InvalidOperationException">It is a stateless worker, which may be active in all silos.</exception>
    ValueTask<SiloAddress?> GetActivationAddress(IAddressable reference);

    /// <summary>The grains of a type that are active in some silo.</summary>
    ValueTask<List<GrainId>> GetActiveGrains(GrainType type);

    /// <summary>Ends what has been idle for that long in these silos, and waits until it has ended; all active silos when none is named.</summary>
    Task ForceActivationCollection(SiloAddress[] hostsIds, TimeSpan ageLimit);

    /// <summary>Ends what has been idle for that long in the active silos, and waits until it has ended.</summary>
    Task ForceActivationCollection(TimeSpan ageLimit);

    /// <summary>Collects garbage in these silos' processes; all active silos when none is named.</summary>
    Task ForceGarbageCollection(SiloAddress[] hostsIds);
}
