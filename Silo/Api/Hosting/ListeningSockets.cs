using System.Net;
using System.Net.Sockets;

namespace Warren.Silo.Api.Hosting;

/// <summary>Opens the sockets of the API.</summary>
internal static class ListeningSockets
{
    private const int Backlog = 512;

    /// <summary>
    /// A unix socket that nobody but its owner may connect to, at no time. A file that a killed manager left is replaced; the folder is made.
    /// </summary>
    /// <exception cref="IOException">Another process serves it, or it cannot be made.</exception>
    public static Socket Open(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            RemoveLeftOver(path);
            socket.Bind(new UnixDomainSocketEndPoint(path));

            // Before it listens nobody can connect.
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            socket.Listen(Backlog);
            return socket;
        }
        catch (Exception failure) when (failure is SocketException or UnauthorizedAccessException)
        {
            socket.Dispose();
            throw new IOException($"--api-socket {path} cannot be opened: {failure.Message}; run as root, or choose another path", failure);
        }
    }

    /// <summary>A socket for callers from other machines.</summary>
    /// <param name="endpoint">Address and port.</param>
    /// <param name="option">The option that says so.</param>
    /// <exception cref="IOException">The port is taken, or the address is not of this machine.</exception>
    public static Socket Open(IPEndPoint endpoint, string option)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(endpoint);
            socket.Listen(Backlog);
            return socket;
        }
        catch (SocketException failure)
        {
            socket.Dispose();
            throw new IOException($"{option}: {endpoint} cannot be opened: {failure.Message}; choose another port, or end the process that has it", failure);
        }
    }

    private static void RemoveLeftOver(string path)
    {
        if (!File.Exists(path)) return;
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException failure) when (failure.SocketErrorCode == SocketError.ConnectionRefused)
        {
            // Nobody listens.
            File.Delete(path);
            return;
        }

        throw new IOException($"--api-socket {path} is served by another process already; end it, or choose another path");
    }
}
