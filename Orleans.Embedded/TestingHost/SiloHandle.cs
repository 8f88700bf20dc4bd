using Orleans.Runtime;

namespace Orleans.TestingHost;

/// <summary>A silo of a test cluster.</summary>
public abstract class SiloHandle : IAsyncDisposable
{
    /// <summary>Where clients reach it.</summary>
    public SiloAddress GatewayAddress { get; set; } = SiloAddress.Zero;

    /// <summary>Counts the silos of a cluster from 0; a silo that is restarted keeps its number.</summary>
    public short InstanceNumber { get; set; }

    /// <summary>False once it was stopped or killed.</summary>
    public abstract bool IsActive { get; }

    public string Name { get; set; } = "";

    public SiloAddress SiloAddress { get; set; } = SiloAddress.Zero;

    /// <param name="stopGracefully">Whether it hands its grains over and says goodbye; otherwise it ends as by a kill.</param>
    public abstract Task StopSiloAsync(bool stopGracefully);

    /// <param name="ct">Ends the patience with a graceful stop.</param>
    public abstract Task StopSiloAsync(CancellationToken ct);

    public abstract ValueTask DisposeAsync();

    public override string ToString() => $"{Name} {SiloAddress}";
}
