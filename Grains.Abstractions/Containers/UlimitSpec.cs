namespace Warren.Containers;

/// <summary>A limit of each process, as of <c>setrlimit(2)</c>.</summary>
[GenerateSerializer, Alias("warren.ulimit-spec"), Immutable]
public sealed record UlimitSpec
{
    /// <summary>The name without <c>RLIMIT_</c>, in lower case: <c>nofile</c>, <c>core</c>, …</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>What applies until the process raises it; -1 means unlimited.</summary>
    [Id(1)]
    public required long Soft { get; init; }

    /// <summary>How far the process may raise it; -1 means unlimited.</summary>
    [Id(2)]
    public required long Hard { get; init; }
}
