using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Orleans.TestingHost;

/// <summary>
/// A network of named nodes inside one process, whose links can be held, delayed and cut one by one. A held link behaves as one that loses
/// packets: nothing arrives, not even the end of a connection, and all of it comes when the link is released.
/// </summary>
internal sealed class InMemoryNetwork(TimeProvider time) : IAsyncDisposable
{
    private const int FirstPort = 50_000;
    private readonly ConcurrentDictionary<string, Gate> _frozen = [];
    private readonly ConcurrentDictionary<(string From, string To), LinkGate> _gates = [];
    private readonly ConcurrentDictionary<EndPoint, InMemoryListener> _listeners = [];
    private readonly ConcurrentDictionary<EndPoint, string> _nodes = [];
    private readonly ConcurrentDictionary<Established, byte> _connections = [];
    private readonly CancellationTokenSource _gone = new();
    private int _lastPort = FirstPort;
    private long _lastConnection;

    /// <summary>Ends when no connection has an open end.</summary>
    public Task EmptyAsync() => Task.WhenAll(_connections.Keys.Select(connection => connection.Ended));

    public InMemoryTransport TransportOf(string node) => new(this, node);

    /// <summary>The link that carries bytes from one node to another.</summary>
    public LinkGate Link(string from, string to) => _gates.GetOrAdd((from, to), link => new LinkGate(Node(link.From), Node(link.To), time));

    /// <summary>Holds all links of a node, those to come included.</summary>
    public Gate Node(string name) => _frozen.GetOrAdd(name, static _ => new Gate());

    /// <summary>Takes all holds and delays away.</summary>
    public void HealAll()
    {
        foreach (var node in _frozen.Values) node.ReleaseAll();
        foreach (var link in _gates.Values) link.Heal();
    }

    /// <summary>Resets the connections between two nodes. New ones can be made at once.</summary>
    public void Cut(string one, string other)
    {
        foreach (var connection in _connections.Keys)
        {
            if (connection.IsBetween(one, other)) connection.Reset();
        }
    }

    /// <summary>Resets the connections of a node and takes its listeners away, as the end of its process does.</summary>
    public async Task KillAsync(string node)
    {
        foreach (var listener in _listeners.Values)
        {
            if (listener.Node == node) await listener.DisposeAsync();
        }

        foreach (var connection in _connections.Keys)
        {
            if (connection.Has(node)) connection.Reset();
        }
    }

    public InMemoryListener Bind(string node, IPEndPoint endpoint)
    {
        if (endpoint.Port == 0) endpoint = new IPEndPoint(endpoint.Address, Interlocked.Increment(ref _lastPort));
        var listener = new InMemoryListener(this, node, endpoint);
        if (!_listeners.TryAdd(endpoint, listener)) throw new AddressInUseException($"{endpoint}: another node listens there.");
        _nodes[endpoint] = node;
        return listener;
    }

    public void Unbind(InMemoryListener listener) => _listeners.TryRemove(KeyValuePair.Create(listener.EndPoint, listener));

    public async Task<ConnectionContext> ConnectAsync(string from, EndPoint endpoint, CancellationToken cancellation)
    {
        if (!_nodes.TryGetValue(endpoint, out var to)) throw new SocketException((int)SocketError.ConnectionRefused);
        var (there, back) = (Link(from, to), Link(to, from));
        await there.PassAsync(cancellation);
        if (!_listeners.TryGetValue(endpoint, out var listener) || !TryEstablish(listener, from, there, back, out var connection))
        {
            await back.PassAsync(cancellation);
            throw new SocketException((int)SocketError.ConnectionRefused);
        }

        await back.PassAsync(cancellation);
        return connection;
    }

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        foreach (var listener in _listeners.Values) await listener.DisposeAsync();
        await Task.WhenAll(_connections.Keys.Select(connection => connection.Ended));
        _gone.Dispose();
    }

    private bool TryEstablish(InMemoryListener listener, string from, LinkGate there, LinkGate back, out ConnectionContext connection)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"memory-{Interlocked.Increment(ref _lastConnection)}");
        var (output, input) = (new Wire(there, _gone.Token), new Wire(back, _gone.Token));
        var local = new IPEndPoint(IPAddress.Loopback, 0);
        connection = new InMemoryConnection(id, output, input, local, listener.EndPoint);
        var other = new InMemoryConnection(id, input, output, listener.EndPoint, local);
        var established = new Established(from, listener.Node, connection, other, Task.WhenAll(output.Ended, input.Ended));
        _connections.TryAdd(established, 0);
        _ = established.Ended.ContinueWith(
            _ =>
            {
                _connections.TryRemove(established, out byte _);
                output.Dispose();
                input.Dispose();
            },
            TaskScheduler.Default);
        if (listener.TryAdd(other)) return true;
        connection.Abort(new ConnectionAbortedException("Nobody listens."));
        other.Abort(new ConnectionAbortedException("Nobody listens."));
        return false;
    }

    private sealed record Established(string From, string To, ConnectionContext One, ConnectionContext Other, Task Ended)
    {
        public bool Has(string node) => From == node || To == node;

        public bool IsBetween(string one, string other) => Has(one) && Has(other);

        public void Reset()
        {
            One.Abort(new ConnectionAbortedException("The connection was cut."));
            Other.Abort(new ConnectionAbortedException("The connection was cut."));
        }
    }
}
