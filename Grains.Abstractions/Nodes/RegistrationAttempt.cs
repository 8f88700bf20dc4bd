namespace Warren.Nodes;

/// <summary>Which try of which agent a registration is: one that was given up may be carried out after the next.</summary>
/// <param name="Agent">The agent's process; chosen at random with each start.</param>
/// <param name="Number">Grows with each try of it.</param>
[GenerateSerializer, Alias("warren.registration-attempt"), Immutable]
public readonly record struct RegistrationAttempt([property: Id(0)] string Agent, [property: Id(1)] long Number);
