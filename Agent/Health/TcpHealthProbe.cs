using System.Net;
using System.Net.Sockets;

namespace Warren.Agent.Health;

/// <summary>Opens a connection and closes it.</summary>
internal sealed class TcpHealthProbe(IPAddress address, int port) : IHealthProbe
{
    public async Task<ProbeOutcome> CheckAsync(CancellationToken cancellationToken)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
            return ProbeOutcome.Success("connected");
        }
        catch (SocketException e)
        {
            return ProbeOutcome.Failure(ProbeFailure.Describe(e));
        }
        catch (OperationCanceledException)
        {
            return ProbeOutcome.Failure("not connected");
        }
    }
}
