namespace Warren.Agent.Network;

/// <summary>Why a container was not connected.</summary>
public enum NetworkFault
{
    /// <summary>All addresses of the node's subnet are taken.</summary>
    AddressesExhausted = 0,

    /// <summary>Another container or a program of the node has the port.</summary>
    PortConflict = 1,

    /// <summary>The node lacks something, or something on it is in the way; the message says what to do.</summary>
    Prerequisite = 2,

    /// <summary>Anything else; the message is the kernel's or nftables' own, with what was tried.</summary>
    Failed = 3,
}
