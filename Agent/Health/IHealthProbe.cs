namespace Warren.Agent.Health;

/// <summary>One way of asking a container whether it is well.</summary>
public interface IHealthProbe
{
    /// <summary>Asks once. Never throws for what the container does or does not answer; that is a failure with its reason.</summary>
    /// <param name="cancellationToken">The time that the answer may take.</param>
    Task<ProbeOutcome> CheckAsync(CancellationToken cancellationToken);
}
