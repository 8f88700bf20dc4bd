using System.Net;
using System.Net.Sockets;

namespace Warren.Agent.Containers.Tests.Images;

/// <summary>A TCP proxy on loopback that holds the server's bytes back after so many, until it is opened.</summary>
internal sealed class GatedLink : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int _target;
    private readonly Task _accepting;
    private readonly List<Task> _pumps = [];
    private readonly Lock _gate = new();
    private CancellationTokenSource _connected = new();
    private bool _isDown;
    private long _left;

    public GatedLink(int target, long bytes)
    {
        _target = target;
        _left = bytes;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public string Host => FormattableString.Invariant($"127.0.0.1:{Port}");

    public void Open() => _opened.TrySetResult();

    /// <summary>Cuts all connections, and refuses new ones until <see cref="Restore"/>.</summary>
    public void Cut()
    {
        CancellationTokenSource connected;
        lock (_gate)
        {
            _isDown = true;
            connected = _connected;
            _connected = new();
        }
        connected.Cancel();
        connected.Dispose();
    }

    public void Restore()
    {
        lock (_gate)
            _isDown = false;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_pumps);
        _listener.Dispose();
        _stop.Dispose();
        _connected.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _pumps.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // It is being disposed.
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        using (var end = NewConnection())
        {
            if (end is null) return;
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _target, end.Token);
                var up = PumpAsync(client.GetStream(), server.GetStream(), isGated: false, end.Token);
                var down = PumpAsync(server.GetStream(), client.GetStream(), isGated: true, end.Token);
                await Task.WhenAny(up, down);
                await end.CancelAsync();
                await Task.WhenAll(up, down);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
            {
                // One side has left.
            }
        }
    }

    private CancellationTokenSource? NewConnection()
    {
        lock (_gate)
            return _isDown ? null : CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, _connected.Token);
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, bool isGated, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            if (isGated && Interlocked.Add(ref _left, -read) < 0) await _opened.Task.WaitAsync(cancellationToken);
            await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }
}
