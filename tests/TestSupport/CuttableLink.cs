using System.Net;
using System.Net.Sockets;

namespace Warren.TestSupport;

/// <summary>
/// A TCP proxy on the loopback interface whose connections can be cut at a chosen moment: the peer's answer is lost, not its work.
/// </summary>
public sealed class CuttableLink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private readonly Task _accepting;
    private readonly Lock _gate = new();
    private readonly List<TcpClient> _clients = [];
    private readonly List<Task> _pumps = [];
    private readonly List<(Func<ReadOnlyMemory<byte>, bool> IsWanted, TaskCompletionSource Passed)> _watchers = [];
    private Func<ReadOnlyMemory<byte>, bool>? _cutAfter;
    private TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isDown;

    /// <summary>Starts a proxy for a port of the loopback interface.</summary>
    public CuttableLink(int target)
    {
        _target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    /// <summary>Where the proxy listens.</summary>
    public int Port { get; }

    /// <summary>
    /// From now on, the first bytes on their way to the server for which <paramref name="isFatal"/> is true are still delivered, the
    /// server's answer is not, and all connections are cut. The task ends when the server has answered, so what was asked is done.
    /// </summary>
    public Task CutAnswerTo(Func<ReadOnlyMemory<byte>, bool> isFatal)
    {
        lock (_gate)
        {
            _cut = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _cutAfter = isFatal;
            return _cut.Task;
        }
    }

    /// <summary>Ends when bytes for which <paramref name="isWanted"/> is true have been passed on to the server.</summary>
    public Task Passing(Func<ReadOnlyMemory<byte>, bool> isWanted)
    {
        var passed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
            _watchers.Add((isWanted, passed));
        return passed.Task;
    }

    /// <summary>Cuts all connections and refuses new ones until <see cref="Restore"/>.</summary>
    public void TakeDown()
    {
        lock (_gate)
        {
            _isDown = true;
            foreach (var client in _clients)
                Abort(client);
            _clients.Clear();
        }
    }

    /// <summary>Takes connections again.</summary>
    public void Restore()
    {
        lock (_gate)
            _isDown = false;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        TakeDown();
        _listener.Dispose();
        await _accepting;
        Task[] pumps;
        lock (_gate)
            pumps = [.. _pumps];
        await Task.WhenAll(pumps);
        _stop.Dispose();
    }

    private static void Abort(TcpClient client)
    {
        // Null once it is disposed of.
        if (client.Client is not { } socket) return;
        try
        {
            // Without lingering, the peer sees a reset.
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The peer was first.
        }

        client.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                lock (_gate)
                {
                    if (_isDown)
                    {
                        Abort(client);
                        continue;
                    }

                    _pumps.Add(ServeAsync(client));
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The proxy is being disposed of.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        client.NoDelay = true;
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target);
            lock (_gate)
            {
                if (_isDown)
                {
                    // It was on its way when the others were cut.
                    Abort(server);
                    return;
                }

                _clients.Add(client);
                _clients.Add(server);
            }

            var link = new Link(client.GetStream(), server.GetStream());
            await Task.WhenAny(UpAsync(link), DownAsync(link));
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // One of the ends is gone, and takes the other with it.
        }
        finally
        {
            lock (_gate)
            {
                _clients.Remove(client);
                _clients.Remove(server);
            }

            Abort(client);
        }
    }

    private async Task UpAsync(Link link)
    {
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await link.Client.ReadAsync(buffer)) > 0)
        {
            lock (_gate)
            {
                if (_cutAfter?.Invoke(buffer.AsMemory(0, count)) == true)
                {
                    _cutAfter = null;
                    link.SwallowsAnswer = true;
                }
            }

            await link.Server.WriteAsync(buffer.AsMemory(0, count));
            ReportPassed(buffer.AsMemory(0, count));
        }
    }

    private void ReportPassed(ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
        {
            foreach (var (_, passed) in _watchers.Where(watcher => watcher.IsWanted(bytes)))
                passed.TrySetResult();
            _watchers.RemoveAll(watcher => watcher.Passed.Task.IsCompleted);
        }
    }

    private async Task DownAsync(Link link)
    {
        var buffer = new byte[64 * 1024];
        int count;
        while ((count = await link.Server.ReadAsync(buffer)) > 0)
        {
            if (link.SwallowsAnswer)
            {
                TakeDown();
                _cut.TrySetResult();
                return;
            }

            await link.Client.WriteAsync(buffer.AsMemory(0, count));
        }
    }

    private sealed class Link(NetworkStream client, NetworkStream server)
    {
        public NetworkStream Client { get; } = client;

        public NetworkStream Server { get; } = server;

        public volatile bool SwallowsAnswer;
    }
}
