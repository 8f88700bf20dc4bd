namespace Warren.Agent.Runtime;

/// <summary>A runtime did not do what it was asked.</summary>
public sealed class ContainerRuntimeException : Exception
{
    /// <summary>Says what was asked, of which container, and why it was not done.</summary>
    public ContainerRuntimeException(RuntimeFault fault, string message, Exception? innerException = null)
        : base(message, innerException) => Fault = fault;

    /// <summary>The kind of failure.</summary>
    public RuntimeFault Fault { get; }
}
