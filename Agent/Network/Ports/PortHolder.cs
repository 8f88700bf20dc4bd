using System.Globalization;
using Warren.Containers;

namespace Warren.Agent.Network.Ports;

/// <summary>Finds the program of the node that has a port, for messages. What cannot be read is not found.</summary>
internal static class PortHolder
{
    private const string Listening = "0A";

    /// <param name="protocol">tcp or udp.</param>
    /// <param name="port">The port.</param>
    /// <returns>A listener, as <c>name (process id)</c>, or that it is not known which; null if nothing listens.</returns>
    public static string? Find(PortProtocol protocol, int port)
    {
        var inodes = new HashSet<string>();
        foreach (var file in protocol == PortProtocol.Tcp ? (string[])["/proc/net/tcp", "/proc/net/tcp6"] : ["/proc/net/udp", "/proc/net/udp6"])
        {
            if (File.Exists(file)) inodes.UnionWith(ParseInodes(File.ReadLines(file), protocol, port));
        }

        return inodes.Count == 0 ? null : FindProcess(inodes) ?? "a process that cannot be seen from here";
    }

    /// <summary>The sockets that listen on the port, or for udp are bound to it, by the lines of a file of the kernel.</summary>
    public static IEnumerable<string> ParseInodes(IEnumerable<string> lines, PortProtocol protocol, int port)
    {
        foreach (var line in lines.Skip(1))
        {
            // number, local address:port in hexadecimal, remote, state, queues, timer, retransmissions, user, timeout, inode
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 10 || fields[1].Split(':') is not [_, var local]) continue;
            if (!int.TryParse(local, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var found) || found != port) continue;
            if (protocol == PortProtocol.Udp || fields[3] == Listening) yield return fields[9];
        }
    }

    private static string? FindProcess(HashSet<string> inodes)
    {
        var wanted = inodes.Select(inode => $"socket:[{inode}]").ToHashSet();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var process) || process == Environment.ProcessId) continue;
            try
            {
                if (!Directory.EnumerateFileSystemEntries(folder + "/fd").Any(file => new FileInfo(file).LinkTarget is { } target && wanted.Contains(target)))
                    continue;
                return $"{File.ReadAllText(folder + "/comm").Trim()} (process {process})";
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It ended meanwhile, or is not ours to look into.
            }
        }

        return null;
    }
}
