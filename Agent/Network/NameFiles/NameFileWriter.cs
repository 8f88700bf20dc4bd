using System.Text;
using Microsoft.Extensions.Logging;
using Warren.Containers;

namespace Warren.Agent.Network.NameFiles;

/// <summary>
/// Writes a container's hosts, hostname and resolv.conf. Called again it writes them again, each at once or not at all; a running container
/// keeps the files that it was started with.
/// </summary>
public sealed partial class NameFileWriter
{
    /// <summary>The C library refuses longer lines, and nobody writes such files by hand.</summary>
    private const int MaxBytes = 1 << 20;

    private const int DefaultHostnameLength = 12, MaxHostnameLength = 64;

    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly string _root;
    private readonly ILogger _logger;

    /// <param name="logger">Gets what a container will lack.</param>
    public NameFileWriter(ILogger<NameFileWriter> logger)
        : this(logger, "/")
    {
    }

    /// <summary>With the node's own files elsewhere, for tests.</summary>
    internal NameFileWriter(ILogger<NameFileWriter> logger, string root) => (_logger, _root) = (logger, root);

    /// <summary>Writes the files.</summary>
    /// <exception cref="NetworkException"><see cref="NetworkFault.Failed"/>: they cannot be written, or are too large; the message says which.</exception>
    public NameFilePaths Write(NameFileRequest request)
    {
        var isHost = request.Network.Mode == NetworkMode.Host;
        var hostname = HostnameOf(request);
        var hosts = isHost
            ? HostsFile.OfNode(ReadNodes("etc/hosts") ?? "", request.ExtraHosts)
            : HostsFile.Of(hostname, request.Addresses, request.ExtraHosts);
        try
        {
            Directory.CreateDirectory(request.Folder);
            return new(
                WriteFile(request, "hosts", hosts),
                WriteFile(request, "hostname", hostname + "\n"),
                WriteFile(request, "resolv.conf", ResolvConfOf(request, isHost).ToString()),
                hostname);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NetworkException(NetworkFault.Failed, $"the files of names of {request.Id} cannot be written: {exception.Message}", exception);
        }
    }

    private string HostnameOf(NameFileRequest request)
    {
        if (request.Hostname is { } given)
        {
            return given.Length <= MaxHostnameLength ? given : throw new NetworkException(
                NetworkFault.Failed, $"the hostname of {request.Id} has {given.Length} characters and Linux takes {MaxHostnameLength}: '{given}'");
        }

        if (request.Network.Mode == NetworkMode.Host) return ReadNodes("proc/sys/kernel/hostname")?.Trim() ?? Environment.MachineName;
        var id = request.Id.Value;
        // What is cut off must not leave a name that ends with a separator.
        return id.Length <= DefaultHostnameLength ? id : id[..DefaultHostnameLength].TrimEnd('-', '.');
    }

    /// <summary>
    /// The node's settings with the container's in their place. When the node only has a resolver of its own, such as systemd-resolved, the
    /// servers behind that are taken. When there are none either, the file names no server: the resolver then asks the container itself and
    /// fails at once. A public server is not put in, since it would be told the names of a network that chose to have none.
    /// </summary>
    private ResolvConf ResolvConfOf(NameFileRequest request, bool isHost)
    {
        var network = request.Network;
        var node = ResolvConf.Parse(ReadNodes("etc/resolv.conf") ?? "");
        if (!isHost)
        {
            var reachable = node.WithoutNodesOwn();
            if (reachable.Servers.IsEmpty && !node.Servers.IsEmpty && ReadNodes("run/systemd/resolve/resolv.conf") is { } upstream)
            {
                var behind = ResolvConf.Parse(upstream).WithoutNodesOwn();
                reachable = reachable with { Servers = behind.Servers, Search = reachable.Search.IsEmpty ? behind.Search : reachable.Search };
            }

            node = reachable;
        }

        var settings = node.With(network.DnsServers, network.DnsSearch, network.DnsOptions);
        if (settings.Servers.IsEmpty && network.Mode == NetworkMode.Bridge) LogNoServers(request.Id);
        return settings;
    }

    private string? ReadNodes(string name)
    {
        var path = Path.Combine(_root, name);
        try
        {
            if (!File.Exists(path)) return null;
            var text = File.ReadAllText(path);
            return text.Length <= MaxBytes ? text : throw new NetworkException(
                NetworkFault.Failed, $"{path} of this node has {text.Length} bytes; containers take over at most {MaxBytes}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new NetworkException(NetworkFault.Failed, $"{path} of this node cannot be read: {exception.Message}", exception);
        }
    }

    private static string WriteFile(NameFileRequest request, string name, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length > MaxBytes)
            throw new NetworkException(NetworkFault.Failed, $"the file {name} of {request.Id} would have {bytes.Length} bytes; the limit is {MaxBytes}");
        var path = Path.Combine(request.Folder, name);
        var draft = path + ".new";
        File.WriteAllBytes(draft, bytes);
        File.SetUnixFileMode(draft, Readable);
        File.Move(draft, path, overwrite: true);
        return path;
    }
}
