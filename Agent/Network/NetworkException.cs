namespace Warren.Agent.Network;

/// <summary>A container was not connected.</summary>
public sealed class NetworkException : Exception
{
    /// <summary>Says what was tried and what stands in the way.</summary>
    public NetworkException(NetworkFault fault, string message, Exception? innerException = null)
        : base(message, innerException) => Fault = fault;

    /// <summary>The kind of failure.</summary>
    public NetworkFault Fault { get; }
}
