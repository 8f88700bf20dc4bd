using System.Net.Sockets;
using System.Security.Authentication;

namespace Warren.Agent.Health;

/// <summary>Puts what went wrong in asking a container into words.</summary>
internal static class ProbeFailure
{
    /// <summary>The innermost cause that says something to people: of a chain of wrappers, the socket's or the TLS layer's own words.</summary>
    public static string Describe(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException socket:
                    return Describe(socket.SocketErrorCode);
                case AuthenticationException tls:
                    return $"TLS: {tls.InnerException?.Message ?? tls.Message}";
            }
        }

        var innermost = exception.GetBaseException();
        return innermost.Message;
    }

    private static string Describe(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset => "connection reset",
        SocketError.HostUnreachable => "host unreachable",
        SocketError.NetworkUnreachable => "network unreachable",
        SocketError.TimedOut => "connection timed out",
        SocketError.ConnectionAborted or SocketError.OperationAborted => "connection aborted",
        _ => $"{error}",
    };
}
