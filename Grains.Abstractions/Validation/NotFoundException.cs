namespace Warren;

/// <summary>There is no such thing. The message names it.</summary>
[GenerateSerializer, Alias("warren.not-found-exception"), Immutable]
public sealed class NotFoundException(string message) : Exception(message)
{
    /// <summary>Whether it is the cluster that has no authority of its own, and so no tokens and certificates either. Default: false, one thing is missing.</summary>
    [Id(0)]
    public bool HasNoAuthority { get; init; }
}
