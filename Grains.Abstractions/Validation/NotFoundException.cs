namespace Warren;

/// <summary>There is no such thing. The message names it.</summary>
[GenerateSerializer, Alias("warren.not-found-exception"), Immutable]
public sealed class NotFoundException(string message) : Exception(message);
