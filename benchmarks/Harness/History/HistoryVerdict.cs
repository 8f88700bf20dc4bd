namespace Warren.Harness.History;

/// <summary>What the history says about the promises of the engine.</summary>
/// <param name="LostAcks">Increments that were acknowledged and are not in the history, or with another value than was answered.</param>
/// <param name="DoubleRuns">Signs that two activations wrote in turns, or that an increment was written twice.</param>
/// <param name="Gaps">Writes that do not continue the one before: a value left out or repeated, or another version replaced than the last.</param>
/// <param name="StaleWrites">Writes of a silo after it had been declared dead.</param>
/// <param name="Problems">The first few of all these, in words.</param>
public sealed record HistoryVerdict(long LostAcks, long DoubleRuns, long Gaps, long StaleWrites, IReadOnlyList<string> Problems)
{
    /// <summary>Whether every promise was kept.</summary>
    public bool IsClean => LostAcks == 0 && DoubleRuns == 0 && Gaps == 0 && StaleWrites == 0;
}
