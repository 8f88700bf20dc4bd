namespace Warren.Agent.Managers;

/// <summary>Why a node's connection to its managers ended for good.</summary>
public enum LinkEnd
{
    /// <summary>The agent stops.</summary>
    Stopped = 0,

    /// <summary>Another agent has registered for the node.</summary>
    Superseded = 1,

    /// <summary>The node was removed from the cluster; all that it ran was stopped and removed.</summary>
    Removed = 2,
}
