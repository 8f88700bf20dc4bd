namespace Warren.TestSupport.Processes;

/// <summary>A child process ended, or stayed silent, where it should have said something. The message has what it said last.</summary>
public sealed class ChildFailedException(string message) : Exception(message);
