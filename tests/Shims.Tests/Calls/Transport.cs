namespace Warren.Shims.Tests.Calls;

/// <summary>How a client reaches the server under test.</summary>
public enum Transport
{
    Tls,
    UnixSocket,
}
