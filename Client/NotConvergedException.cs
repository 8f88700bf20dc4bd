using Warren.V1;

namespace Warren.Client;

/// <summary>What is wanted of a service has not come about.</summary>
/// <param name="service">The service as it was last seen.</param>
/// <param name="message">Why.</param>
public sealed class NotConvergedException(Service service, string message) : Exception(message)
{
    /// <summary>The service as it was last seen; its progress says what is missing.</summary>
    public Service Service { get; } = service;
}
