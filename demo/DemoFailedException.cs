namespace Warren.Demo;

/// <summary>Something did not go as it should; the message says what.</summary>
internal sealed class DemoFailedException(string message) : Exception(message);
