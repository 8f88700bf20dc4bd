namespace Orleans.Runtime.Networking;

/// <summary>A process could not be reached.</summary>
internal sealed class ConnectException(ConnectFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    public ConnectFailure Failure { get; } = failure;
}
