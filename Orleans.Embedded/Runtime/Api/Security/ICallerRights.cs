using Orleans.Runtime;

namespace Orleans.Connections.Security;

/// <summary>What may be called over one connection.</summary>
public interface ICallerRights
{
    /// <summary>
    /// Whether a call may be made. Asked for each call before anything of it but its header is read, on the thread that reads the connection: it answers from
    /// memory, and throws nothing.
    /// </summary>
    /// <param name="interfaceType">The interface by which it is made.</param>
    /// <param name="methodName">The method.</param>
    /// <param name="target">The grain.</param>
    bool Allows(GrainInterfaceType interfaceType, string methodName, GrainId target);
}
