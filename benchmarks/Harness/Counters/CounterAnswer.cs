namespace Warren.Harness.Counters;

/// <summary>The counter after an increment.</summary>
/// <param name="Value">Its value.</param>
/// <param name="Silo">The address, with the generation, of the silo where it is active.</param>
[GenerateSerializer, Immutable, Alias("Warren.Harness.CounterAnswer")]
public sealed record CounterAnswer([property: Id(0)] long Value, [property: Id(1)] string Silo);
