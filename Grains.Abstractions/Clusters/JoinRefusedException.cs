namespace Warren.Clusters;

/// <summary>A machine may not join: its token is not good, or its node id is another machine's. The message says why.</summary>
[GenerateSerializer, Alias("warren.join-refused-exception"), Immutable]
public sealed class JoinRefusedException(string message) : Exception(message);
