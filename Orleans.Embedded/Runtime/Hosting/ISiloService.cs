namespace Orleans.Runtime;

/// <summary>A part of a silo that works while it is active.</summary>
internal interface ISiloService
{
    /// <summary>After the silo has become active.</summary>
    Task StartAsync(CancellationToken cancellation);

    /// <summary>Before the silo leaves the cluster; not called when it dies.</summary>
    Task StopAsync(CancellationToken cancellation);
}
