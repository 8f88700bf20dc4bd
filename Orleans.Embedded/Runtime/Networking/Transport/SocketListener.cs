using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Orleans.Runtime.Networking;

internal sealed class SocketListener(Socket socket) : IConnectionListener
{
    private volatile bool _unbound;

    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    /// <returns>Null once the listener has been unbound.</returns>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                return new SocketConnection(await socket.AcceptAsync(cancellationToken));
            }
            catch (Exception exception) when (_unbound && exception is SocketException or ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset or SocketError.ConnectionAborted)
            {
                // The other side left while it was in the backlog.
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _unbound = true;
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();
}
