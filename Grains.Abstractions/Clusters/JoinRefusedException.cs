namespace Warren.Clusters;

/// <summary>A machine may not join: its token is not good, or its node id is another machine's. The message says why.</summary>
[GenerateSerializer, Alias("warren.join-refused-exception"), Immutable]
public sealed class JoinRefusedException(string message) : Exception(message)
{
    /// <summary>Whether it is so because the machine, which has proved to have its key, is a node that was removed: it has nothing to wait for.</summary>
    [Id(0)]
    public bool IsNodeRemoved { get; init; }
}
