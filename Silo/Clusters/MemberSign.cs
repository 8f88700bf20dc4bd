namespace Warren.Silo.Clusters;

/// <summary>A manager in the membership table that was not told dead.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Endpoint">Where it listens, or has listened.</param>
/// <param name="At">When it last gave a sign of life in the table, by its clock.</param>
internal sealed record MemberSign(string Name, string Endpoint, DateTimeOffset At);
