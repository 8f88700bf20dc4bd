namespace Warren;

/// <summary>Something is in use and cannot be removed. The message names all users, and says how to remove it all the same.</summary>
[GenerateSerializer, Alias("warren.in-use-exception"), Immutable]
public sealed class InUseException(string message) : Exception(message);
