namespace Orleans;

/// <summary>Decides whether a client that cannot reach any silo at its start tries again.</summary>
public interface IClientConnectionRetryFilter
{
    /// <param name="exception">Why the last attempt failed.</param>
    /// <param name="cancellationToken">Ends with the host's start.</param>
    Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken);
}
