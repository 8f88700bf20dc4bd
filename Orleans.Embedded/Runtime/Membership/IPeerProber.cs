namespace Orleans.Runtime.Membership;

/// <summary>Asks another silo whether it is there. The network's side of failure detection.</summary>
internal interface IPeerProber
{
    /// <summary>
    /// Sends one probe, over the connection if there is one, else over a new one, and waits for the answer until
    /// <paramref name="cancellationToken"/> ends it. Several may be under way to one silo. The answer of a silo that was frozen comes
    /// late and counts, so the prober must not give up on its own while a connection stands or is being made.
    /// </summary>
    Task<ProbeResult> ProbeAsync(SiloAddress silo, CancellationToken cancellationToken);
}
