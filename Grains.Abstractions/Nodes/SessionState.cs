namespace Warren.Nodes;

/// <summary>Whether an agent may go on in its session.</summary>
[GenerateSerializer]
public enum SessionState
{
    /// <summary>It goes on.</summary>
    Open = 0,

    /// <summary>It is not known here; the agent registers again.</summary>
    RegisterFirst = 1,

    /// <summary>Another agent has registered for the node since; this one ends.</summary>
    Superseded = 2,

    /// <summary>The node was removed from the cluster; the agent stops what it runs and ends.</summary>
    Removed = 3,
}
