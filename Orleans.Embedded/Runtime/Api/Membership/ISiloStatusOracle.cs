using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>What this silo knows about the silos of its cluster. The truth is the membership table; this may lag behind it.</summary>
public interface ISiloStatusOracle
{
    /// <summary>The status of this silo.</summary>
    SiloStatus CurrentStatus { get; }

    string SiloName { get; }

    SiloAddress SiloAddress { get; }

    /// <summary>The active silos, in the order of their addresses.</summary>
    SiloAddress[] GetActiveSilos();

    /// <summary>
    /// The status of a silo in the last view. A silo whose later life is known is <see cref="SiloStatus.Dead"/>; one that was never
    /// seen is <see cref="SiloStatus.None"/>.
    /// </summary>
    SiloStatus GetApproximateSiloStatus(SiloAddress siloAddress);

    /// <summary>All silos of the last view, or its active ones.</summary>
    Dictionary<SiloAddress, SiloStatus> GetApproximateSiloStatuses(bool onlyActive = false);

    /// <summary>Whether the silo is known to be dead; false for one that was never seen.</summary>
    bool IsDeadSilo(SiloAddress silo);

    bool TryGetSiloName(SiloAddress siloAddress, [NotNullWhen(true)] out string? siloName);

    /// <summary>False when the observer is subscribed already.</summary>
    bool SubscribeToSiloStatusEvents(ISiloStatusListener observer);

    /// <summary>False when the observer was not subscribed.</summary>
    bool UnSubscribeFromSiloStatusEvents(ISiloStatusListener observer);
}
