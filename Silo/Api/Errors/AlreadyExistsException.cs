namespace Warren.Silo.Api.Errors;

/// <summary>What was to be made is there already. The message says what to do.</summary>
internal sealed class AlreadyExistsException(string message) : Exception(message);
