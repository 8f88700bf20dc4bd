using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Orleans.TestingHost;

/// <summary>Takes the connections to one endpoint of an <see cref="InMemoryNetwork"/>.</summary>
internal sealed class InMemoryListener(InMemoryNetwork network, string node, EndPoint endpoint) : IConnectionListener
{
    private readonly Channel<ConnectionContext> _backlog = Channel.CreateBounded<ConnectionContext>(512);

    public string Node => node;

    public EndPoint EndPoint => endpoint;

    /// <returns>False when the backlog is full or the listener unbound.</returns>
    public bool TryAdd(ConnectionContext connection) => _backlog.Writer.TryWrite(connection);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _backlog.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_backlog.Reader.TryRead(out var connection)) return connection;
        }

        return null;
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        network.Unbind(this);
        _backlog.Writer.TryComplete();
        while (_backlog.Reader.TryRead(out var connection)) connection.Abort(new ConnectionAbortedException("Nobody listens any more."));
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();
}
