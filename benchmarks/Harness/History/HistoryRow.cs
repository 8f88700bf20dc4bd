namespace Warren.Harness.History;

/// <summary>One write that the database accepted, as the database saw it.</summary>
/// <param name="Counter">The counter's key.</param>
/// <param name="Before">The version of the row that it replaced; 0 for the first.</param>
/// <param name="After">The version it gave the row.</param>
/// <param name="Value">The counter's value.</param>
/// <param name="Operation">The increment.</param>
/// <param name="Silo">The silo that wrote.</param>
/// <param name="Activation">The activation that wrote.</param>
/// <param name="At">When the write was committed, by the database's clock.</param>
public sealed record HistoryRow(
    int Counter, long Before, long After, long Value, long Operation, string Silo, string Activation, DateTimeOffset At);
