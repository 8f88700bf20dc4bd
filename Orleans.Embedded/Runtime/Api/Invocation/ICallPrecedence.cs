using Orleans.Runtime;

namespace Orleans.Serialization.Invocation;

/// <summary>
/// Says which calls go before others: those that somebody waits for. While an activation has such a call, its turns go before those of activations that have
/// none. Registered as a service of a silo. Default: none, so that all calls are alike.
/// </summary>
public interface ICallPrecedence
{
    /// <summary>Whether calls of a method are in the foreground. Asked once for each method.</summary>
    /// <param name="interfaceType">The interface.</param>
    /// <param name="methodName">The method.</param>
    bool IsForeground(GrainInterfaceType interfaceType, string methodName);
}
