namespace Orleans.Runtime.Membership;

/// <summary>One life of one silo, as a view shows it.</summary>
/// <param name="Silo">Where it listens, and which life.</param>
/// <param name="Status">Where it is in its life.</param>
/// <param name="Name">Its name, the same over restarts.</param>
/// <param name="GatewayPort">The port where it takes clients; 0 when it takes none.</param>
internal sealed record ViewMember(SiloAddress Silo, SiloStatus Status, string Name, int GatewayPort)
{
    /// <summary>Whether the silo takes part in the cluster: it may be probed, and its vote counts.</summary>
    public bool IsRunning => Status is SiloStatus.Active or SiloStatus.ShuttingDown or SiloStatus.Stopping;
}
