using System.Net;
using System.Net.Sockets;

namespace Warren.TestSupport;

/// <summary>
/// TCP ports on loopback that nobody listens on. They lie below the ports that the system gives to outgoing connections: such a one could be
/// taken while its owner restarts, and dialling it meanwhile could even connect to itself.
/// </summary>
public static class LocalPorts
{
    private const int First = 20_000, Count = 12_000;

    // Processes that run at the same time start looking in different places.
    private static int s_next = Environment.ProcessId * 31 % Count;

    /// <summary>A port that was free a moment ago, and that this process has not been given before.</summary>
    /// <exception cref="IOException">All are taken.</exception>
    public static int Next()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (int)((uint)Interlocked.Increment(ref s_next) % Count);
            if (IsFree(port)) return port;
        }

        throw new IOException($"No TCP port from {First} to {First + Count - 1} is free.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
