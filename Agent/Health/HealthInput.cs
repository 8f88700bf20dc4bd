namespace Warren.Agent.Health;

/// <summary>Something that happens to a probe. <see cref="Begun"/> or <see cref="Answered"/>.</summary>
internal abstract record HealthInput
{
    private HealthInput()
    {
    }

    /// <summary>A check begins.</summary>
    public sealed record Begun : HealthInput;

    /// <summary>The check that runs has an answer.</summary>
    public sealed record Answered(ProbeOutcome Outcome) : HealthInput;
}
