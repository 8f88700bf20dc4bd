namespace Warren.Grains.Nodes;

/// <summary>An assignment and the version that brought it.</summary>
/// <param name="Value">What is assigned.</param>
/// <param name="Version">The version of the set.</param>
internal sealed record Assigned<T>(T Value, long Version)
    where T : notnull;
