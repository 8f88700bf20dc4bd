namespace Warren;

/// <summary>What was asked for does not go with how things are now. The message says what is, and what to do.</summary>
[GenerateSerializer, Alias("warren.conflict-exception"), Immutable]
public sealed class ConflictException(string message) : Exception(message);
