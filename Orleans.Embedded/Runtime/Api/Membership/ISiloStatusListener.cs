namespace Orleans.Runtime;

/// <summary>Is told about changes of silos; see <see cref="ISiloStatusOracle.SubscribeToSiloStatusEvents"/>.</summary>
public interface ISiloStatusListener
{
    /// <summary>
    /// Called once for each silo whose status differs in a new view, one view after the other. Must not block: the next change waits.
    /// </summary>
    void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status);
}
