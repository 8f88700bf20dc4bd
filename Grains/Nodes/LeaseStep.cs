namespace Warren.Grains.Nodes;

/// <summary>A lease after an input.</summary>
/// <param name="State">The lease.</param>
/// <param name="Outcome">What the input did.</param>
internal sealed record LeaseStep(LeaseState State, LeaseOutcome Outcome)
{
    /// <summary>Whether the condition has changed, so that the status is to be stored and told.</summary>
    public bool IsConditionChange { get; init; }
}
