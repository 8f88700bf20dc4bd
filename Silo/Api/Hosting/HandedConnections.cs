using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;

namespace Warren.Silo.Api.Hosting;

/// <summary>A transport whose connections were accepted by someone else.</summary>
internal sealed class HandedConnections(ILoggerFactory logs) : IConnectionListenerFactory, IDisposable
{
    private readonly SocketConnectionContextFactory _contexts = new(new(), logs.CreateLogger<HandedConnections>());
    private readonly ConcurrentDictionary<EndPoint, Channel<Socket>> _channels = new();

    /// <summary>Hands a connection to the listener of an endpoint; waits while many are there that it has not taken.</summary>
    public ValueTask HandAsync(EndPoint endpoint, Socket socket, CancellationToken cancellationToken) =>
        ChannelOf(endpoint).Writer.WriteAsync(socket, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(new Listener(endpoint, ChannelOf(endpoint), _contexts));

    /// <inheritdoc/>
    public void Dispose() => _contexts.Dispose();

    private Channel<Socket> ChannelOf(EndPoint endpoint) => _channels.GetOrAdd(endpoint, static _ => Channel.CreateBounded<Socket>(16));

    private sealed class Listener(EndPoint endpoint, Channel<Socket> channel, SocketConnectionContextFactory contexts) : IConnectionListener
    {
        public EndPoint EndPoint => endpoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (await channel.Reader.WaitToReadAsync(cancellationToken))
            {
                if (channel.Reader.TryRead(out var socket)) return contexts.Create(socket);
            }

            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            channel.Writer.TryComplete();
            while (channel.Reader.TryRead(out var socket)) socket.Dispose();
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => UnbindAsync();
    }
}
