namespace Orleans.Runtime;

/// <summary>The client that hosts an observer is not connected.</summary>
[GenerateSerializer]
public sealed class ClientNotAvailableException : OrleansException
{
    internal ClientNotAvailableException()
    {
    }

    internal ClientNotAvailableException(string message)
        : base(message)
    {
    }

    internal ClientNotAvailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
