namespace Orleans.Serialization;

/// <summary>Bytes from another process do not have the form that is expected. The message they belong to is refused.</summary>
public sealed class WireFormatException(string message) : Exception(message);
