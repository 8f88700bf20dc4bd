namespace Warren.Grains.Nodes;

/// <summary>What a node answers to a reservation.</summary>
internal enum AdmissionOutcome
{
    /// <summary>It is promised now.</summary>
    Admitted,

    /// <summary>It was promised before: the question came twice.</summary>
    Held,

    /// <summary>It cannot be promised; the task is placed anew.</summary>
    Refused,
}
