namespace Warren.Grains.Nodes;

/// <summary>What an input did to a lease.</summary>
internal enum LeaseOutcome
{
    /// <summary>It was taken.</summary>
    Taken,

    /// <summary>The agent has no session here and must register again.</summary>
    RegisterFirst,

    /// <summary>Another agent has registered for the node since: this one must not go on.</summary>
    Superseded,
}
