namespace Warren.Agent.Runtime;

/// <summary>Why a runtime did not do what it was asked.</summary>
public enum RuntimeFault
{
    /// <summary>It cannot be reached, or did not answer in time; the outcome is unknown. Try the same again.</summary>
    Unavailable = 0,

    /// <summary>There is no such container, or it does not run.</summary>
    NotFound = 1,

    /// <summary>There is another container of that name.</summary>
    Conflict = 2,

    /// <summary>The request cannot be carried out as it is; trying again gives the same.</summary>
    Invalid = 3,

    /// <summary>The node's disk is full.</summary>
    NoSpace = 4,

    /// <summary>Anything else; the message is the runtime's own.</summary>
    Failed = 5,
}
