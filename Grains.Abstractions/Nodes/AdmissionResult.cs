namespace Warren.Nodes;

/// <summary>What becomes of a task that a node was asked to take.</summary>
[GenerateSerializer]
public enum AdmissionResult
{
    /// <summary>It is promised, now or before, and the task is assigned to the node.</summary>
    Admitted = 0,

    /// <summary>The node cannot take it; it is placed anew.</summary>
    Refused = 1,

    /// <summary>The task is wanted no more, or is on another node: it needs no place.</summary>
    NotWanted = 2,

    /// <summary>Its grain does not know it: it was lost in a crash before it was stored, and its service tells it again when it is asked.</summary>
    Unknown = 3,
}
