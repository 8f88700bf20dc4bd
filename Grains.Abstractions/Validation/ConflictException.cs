namespace Warren;

/// <summary>What was asked for does not go with how things are now. The message says what is, and what to do.</summary>
[GenerateSerializer, Alias("warren.conflict-exception"), Immutable]
public sealed class ConflictException(string message) : Exception(message)
{
    /// <summary>Whether it is at another version than the caller expected. Default: false, it is in the way for another reason.</summary>
    [Id(0)]
    public bool IsVersion { get; init; }
}
