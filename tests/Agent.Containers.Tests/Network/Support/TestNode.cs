using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Warren.Agent.Network;
using Warren.Containers;
using Warren.TestSupport;
using Warren.TestSupport.Processes;

namespace Warren.Agent.Containers.Tests.Network.Support;

/// <summary>
/// A node in a network namespace of its own, with a machine beside it that plays the rest of the world, and the agent's process in it. The
/// machine that runs the tests is not touched. Needs root.
/// </summary>
internal sealed class TestNode : IAsyncDisposable
{
    public const string Address4 = "198.51.100.1", Address6 = "2001:db8:1::1", LanAddress4 = "198.51.100.2", LanAddress6 = "2001:db8:1::2";

    public const int UplinkMtu = 1420;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = TempFolder.Create("network");
    private readonly string _name = "wn" + Path.GetRandomFileName()[..6];
    private readonly List<IDisposable> _servers = [];
    private ChildProcess? _agent;
    private int _lastCommand;

    private TestNode(NetworkOptions? options, TimeSpan? repairDelay)
    {
        Options = (options ?? new()) with
        {
            NamespaceFolder = _folder.File("netns"),
            DataFile = _folder.File("network.db"),
            RepairDelay = repairDelay ?? TimeSpan.FromMilliseconds(50),
        };
    }

    public NetworkOptions Options { get; }

    /// <summary>What the node's own programs see.</summary>
    public NetworkNamespace Host { get; private set; } = null!;

    /// <summary>The machine beside it, which is also its router.</summary>
    public NetworkNamespace Lan { get; private set; } = null!;

    private string HostName => _name + "h";

    private string LanName => _name + "l";

    /// <summary>Makes a node; the agent is not started yet.</summary>
    /// <param name="options">Settings that differ from the defaults.</param>
    /// <param name="repairDelay">How long after a change the agent looks for what others have broken. Default: 50 ms.</param>
    public static TestNode Create(NetworkOptions? options = null, TimeSpan? repairDelay = null)
    {
        if (!Environment.IsPrivilegedProcess) throw new InvalidOperationException("Tests of the network make network namespaces, which needs root.");
        var node = new TestNode(options, repairDelay);
        node.Make();
        return node;
    }

    /// <summary>Makes a node and starts the agent.</summary>
    /// <param name="options">Settings that differ from the defaults.</param>
    /// <param name="repairDelay">How long after a change the agent looks for what others have broken. Default: 50 ms.</param>
    public static async Task<TestNode> StartNewAsync(NetworkOptions? options = null, TimeSpan? repairDelay = null)
    {
        var node = Create(options, repairDelay);
        try
        {
            await node.StartAgentAsync();
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="NetworkException">It refused to start.</exception>
    public async Task StartAgentAsync()
    {
        _agent = ChildProcess.Start(
            "network agent",
            "nsenter",
            ["--net=" + Host.Path, "dotnet", typeof(NetworkAgent).Assembly.Location, NetworkAgent.Role, JsonSerializer.Serialize(Options)]);
        await TellAsync(new(0, "start"));
    }

    /// <summary>Ends the agent without its knowledge.</summary>
    public async Task KillAgentAsync()
    {
        _agent!.Send(Signal.Kill);
        await _agent.Exited;
        await _agent.DisposeAsync();
    }

    public async Task<NetworkAttachment> AttachAsync(string id, params IEnumerable<PortSpec> ports) =>
        (await TellAsync(new(0, "attach", id, Ports: [.. ports]))).Attachments.Single().ToAttachment();

    public async Task<NetworkAttachment> AttachAsync(string id, NetworkMode mode) =>
        (await TellAsync(new(0, "attach", id, mode))).Attachments.Single().ToAttachment();

    public Task DetachAsync(string id) => TellAsync(new(0, "detach", id));

    public async Task<ImmutableArray<NetworkAttachment>> ListAsync() =>
        [.. (await TellAsync(new(0, "list"))).Attachments.Select(attachment => attachment.ToAttachment())];

    public async Task<ImmutableArray<string>> SweepAsync(params IEnumerable<string> keep) =>
        (await TellAsync(new(0, "sweep", Keep: [.. keep]))).Removed;

    /// <summary>Sends a command whose answer nobody waits for.</summary>
    public Task SendAsync(AgentCommand command) => _agent!.TellAsync(JsonSerializer.Serialize(command with { Number = ++_lastCommand }));

    /// <summary>Waits until the agent logs something.</summary>
    public Task<string> LogAsync(string part) => _agent!.ErrorLineAsync(part, s_limit);

    /// <summary>A container's namespace with a server on a port, until the node is disposed.</summary>
    public async Task<NetworkNamespace> ServeAsync(NetworkAttachment attachment, PortProtocol protocol, int port)
    {
        var container = new NetworkNamespace(attachment.NamespacePath);
        Keep(await container.ServeAsync(protocol, port));
        return container;
    }

    /// <summary>Ends something with the node.</summary>
    public T Keep<T>(T server) where T : IDisposable
    {
        lock (_servers) _servers.Add(server);
        return server;
    }

    /// <summary>All that the agent has in the kernel for containers, a line each: cables, mounts, elements.</summary>
    public IReadOnlyList<string> Leftovers()
    {
        var links = Host.Run("ip", "-br", "link", "show", "type", "veth").Split('\n').Where(line => line.StartsWith("wrn", StringComparison.Ordinal));
        var mounts = File.ReadLines("/proc/self/mounts").Where(line => line.Contains(Options.NamespaceFolder, StringComparison.Ordinal));
        var files = Directory.Exists(Options.NamespaceFolder) ? Directory.EnumerateFileSystemEntries(Options.NamespaceFolder) : [];
        var table = Host.Run("nft", "list", "table", "inet", Options.Table).Split('\n')
            .Where(line => line.Contains("elements", StringComparison.Ordinal));
        return [.. links, .. mounts, .. files, .. table];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers) server.Dispose();
        if (_agent is not null) await _agent.DisposeAsync();
        foreach (var file in Directory.Exists(Options.NamespaceFolder) ? Directory.EnumerateFiles(Options.NamespaceFolder) : [])
            Shell.TryRun("umount", file);
        Shell.TryRun("ip", "netns", "del", HostName);
        Shell.TryRun("ip", "netns", "del", LanName);
        _folder.Dispose();
    }

    private void Make()
    {
        foreach (var name in new[] { HostName, LanName }) Shell.Run("ip", "netns", "add", name);
        Host = new("/run/netns/" + HostName);
        Lan = new("/run/netns/" + LanName);
        var mtu = UplinkMtu.ToString(CultureInfo.InvariantCulture);
        Host.Run("ip", "link", "add", "up0", "mtu", mtu, "type", "veth", "peer", "name", "lan0", "mtu", mtu, "netns", LanName);
        foreach (var (machine, link, address4, address6) in new[] { (Host, "up0", Address4, Address6), (Lan, "lan0", LanAddress4, LanAddress6) })
        {
            machine.Run("ip", "link", "set", "lo", "up");
            machine.Run("ip", "addr", "add", address4 + "/24", "dev", link);
            machine.Run("ip", "addr", "add", address6 + "/64", "dev", link, "nodad");
            machine.Run("ip", "link", "set", link, "up");
        }

        Host.Run("ip", "route", "add", "default", "via", LanAddress4);
        Host.Run("ip", "-6", "route", "add", "default", "via", LanAddress6);
    }

    private async Task<AgentAnswer> TellAsync(AgentCommand command)
    {
        var number = Interlocked.Increment(ref _lastCommand);
        await _agent!.TellAsync(JsonSerializer.Serialize(command with { Number = number }));
        var start = $"answer {number.ToString(CultureInfo.InvariantCulture)} ";
        var answer = JsonSerializer.Deserialize<AgentAnswer>((await _agent.LineAsync(start, s_limit))[start.Length..])!;
        if (answer.Fault is { } fault) throw new NetworkException(fault, answer.Message!);
        return answer.Message is null ? answer : throw new InvalidOperationException(answer.Message);
    }
}
