namespace Warren.Nodes;

/// <summary>What the operator lets a node do. Numbered so that more is less.</summary>
[GenerateSerializer]
public enum NodeAvailability
{
    /// <summary>It takes tasks.</summary>
    Active = 0,

    /// <summary>It takes no new tasks and keeps those it has.</summary>
    Cordoned = 10,

    /// <summary>It takes no new tasks, and those it has are moved away.</summary>
    Drained = 20,
}
